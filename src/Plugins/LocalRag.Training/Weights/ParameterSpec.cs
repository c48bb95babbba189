namespace LocalRag.Training.Weights;

/// <summary>A parameter that a model must have: its name, shape, and how it starts where the file lacks it.</summary>
internal sealed record ParameterSpec(string Name, ParameterStart Start, params long[] Shape)
{
    /// <summary>The file may lack it: heads start anew on a model that had none.</summary>
    public bool MayBeMissing { get; init; }
}
