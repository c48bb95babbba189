namespace LocalRag.Training.Optimization;

/// <summary>Moves the parameters by their gradients, and keeps its state in a checkpoint.</summary>
internal interface IStepOptimizer : IDisposable
{
    /// <summary>One update at the given learning rate.</summary>
    void Step(double learningRate);

    /// <summary>Writes the state into a checkpoint directory.</summary>
    void Save(string directory);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    void Load(string directory);
}
