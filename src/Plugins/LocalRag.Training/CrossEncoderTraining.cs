namespace LocalRag.Training;

/// <summary>x</summary>
public static class CrossEncoderTraining
{
    /// <summary>x</summary>
    public static Task FitAsync(string modelDirectory, IEnumerable<InputExample> examples, CrossEncoderFitOptions? options = null, CancellationToken cancellationToken = default) => Task.CompletedTask;
}
