using TorchSharp.Modules;

namespace LocalRag.Training;

/// <summary>Parameters that an optimizer treats alike.</summary>
/// <param name="Parameters">The parameters, to be changed in place.</param>
/// <param name="WeightDecay">The decay of these parameters: 0 for biases and layer norms.</param>
public sealed record OptimizerParameterGroup(IReadOnlyList<Parameter> Parameters, double WeightDecay);
