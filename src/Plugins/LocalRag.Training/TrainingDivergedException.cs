namespace LocalRag.Training;

/// <summary>The loss or the gradient became infinite or not a number, and training stopped before it spoilt the weights.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="step">The step whose loss or gradient was not finite, from 0.</param>
    /// <param name="lastCheckpoint">The newest checkpoint of the run; null without one.</param>
    /// <param name="message">What was found.</param>
    public TrainingDivergedException(int step, string? lastCheckpoint, string message)
        : base(message) => (Step, LastCheckpoint) = (step, lastCheckpoint);

    /// <summary>The step whose loss or gradient was not finite, from 0; its update was not made.</summary>
    public int Step { get; }

    /// <summary>Directory of the newest good checkpoint; null where none was written.</summary>
    public string? LastCheckpoint { get; }
}
