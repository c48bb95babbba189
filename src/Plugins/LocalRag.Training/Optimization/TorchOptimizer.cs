using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LocalRag.Training.Optimization;

/// <summary>An optimizer of TorchSharp that the user made. Owns it.</summary>
internal sealed class TorchOptimizer(optim.Optimizer optimizer) : IStepOptimizer
{
    private const string FileName = "optimizer.dat";

    public void Step(double learningRate)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        using var scope = NewDisposeScope();
        optimizer.step();
    }

    public void Save(string directory) => Helper("saved").save_state_dict(Path.Combine(directory, FileName));

    public void Load(string directory) => Helper("loaded").load_state_dict(Path.Combine(directory, FileName));

    public void Dispose() => optimizer.Dispose();

    private OptimizerHelper Helper(string action) => optimizer as OptimizerHelper ?? throw new NotSupportedException(
        $"The state of {optimizer.GetType().Name} cannot be {action}: it does not derive from TorchSharp's OptimizerHelper. Train without checkpoints, or with another optimizer.");
}
