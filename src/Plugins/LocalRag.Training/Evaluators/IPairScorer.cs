namespace LocalRag.Training.Evaluators;

/// <summary>Scores pairs of texts: a cross-encoder, in training or done.</summary>
public interface IPairScorer
{
    /// <summary>Numbers for each pair.</summary>
    int LabelCount { get; }

    /// <summary>Scores with the model's own activation applied.</summary>
    /// <param name="pairs">The pairs, query first.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <returns>One row of <see cref="LabelCount"/> numbers for each pair, in order.</returns>
    Task<IReadOnlyList<float[]>> ScoreAsync(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken = default);
}
