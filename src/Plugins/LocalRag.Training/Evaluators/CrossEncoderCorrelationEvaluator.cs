using LocalRag.Evaluation;

namespace LocalRag.Training.Evaluators;

/// <summary>Correlation of a cross-encoder's scores with right ones: <c>pearson</c> and <c>spearman</c>, the latter being primary.</summary>
public sealed class CrossEncoderCorrelationEvaluator : ICrossEncoderEvaluator
{
    private readonly IReadOnlyList<(string, string)> _pairs;
    private readonly double[] _scores;
    private readonly string _name;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="scores">The right score of each.</param>
    /// <param name="name">Stands in metric and file names; empty leaves it out.</param>
    /// <exception cref="ArgumentException">There is no pair, or not one score for each.</exception>
    public CrossEncoderCorrelationEvaluator(IReadOnlyList<(string First, string Second)> pairs, IReadOnlyList<float> scores, string name = "")
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(name);
        EvaluatorReport.CheckCounts(pairs.Count, scores.Count, nameof(scores));
        (_pairs, _scores, _name) = (pairs, [.. scores.Select(s => (double)s)], name);
    }

    /// <inheritdoc/>
    public string PrimaryMetric => EvaluatorReport.Named(_name, "spearman");

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(IPairScorer model, EvaluationMoment moment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(moment);
        double[] found = await model.FirstScoresAsync(_pairs, cancellationToken).ConfigureAwait(false);
        return EvaluatorReport.Write(moment, nameof(CrossEncoderCorrelationEvaluator), "_results", _name,
            ("Pearson_Correlation", "pearson", CorrelationMetrics.Pearson(found, _scores)),
            ("Spearman_Correlation", "spearman", CorrelationMetrics.Spearman(found, _scores)));
    }
}
