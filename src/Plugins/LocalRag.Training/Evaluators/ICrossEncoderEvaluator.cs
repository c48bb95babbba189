namespace LocalRag.Training.Evaluators;

/// <summary>Measures a cross-encoder.</summary>
public interface ICrossEncoderEvaluator
{
    /// <summary>The metric that decides which weights are best; the larger the better.</summary>
    string PrimaryMetric { get; }

    /// <summary>Measures and, where asked for, appends a line to a CSV file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="moment">When this is, and where the file goes.</param>
    /// <param name="cancellationToken">Passed on to the model.</param>
    /// <returns>The metrics by name, <see cref="PrimaryMetric"/> among them.</returns>
    Task<IReadOnlyDictionary<string, double>> EvaluateAsync(IPairScorer model, EvaluationMoment moment, CancellationToken cancellationToken = default);
}
