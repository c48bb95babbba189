namespace LocalRag.Training.Evaluators;

/// <summary>Scores as the evaluators read them.</summary>
internal static class PairScorerExtensions
{
    /// <summary>The one score of each pair.</summary>
    /// <exception cref="ArgumentException">The model has several labels.</exception>
    public static async Task<double[]> FirstScoresAsync(
        this IPairScorer model, IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken) =>
        model.LabelCount == 1
            ? [.. (await model.ScoreAsync(pairs, cancellationToken).ConfigureAwait(false)).Select(row => (double)row[0])]
            : throw new ArgumentException($"This evaluator needs a model of one label, found {model.LabelCount}. Use CrossEncoderClassificationEvaluator for classes.", nameof(model));
}
