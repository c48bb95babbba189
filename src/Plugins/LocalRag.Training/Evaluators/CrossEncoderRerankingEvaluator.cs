using LocalRag.Evaluation;

namespace LocalRag.Training.Evaluators;

/// <summary>How well a cross-encoder puts the right documents on top: <c>map</c>, <c>mrr@k</c> and <c>ndcg@k</c>, the last being primary.</summary>
public sealed class CrossEncoderRerankingEvaluator : ICrossEncoderEvaluator
{
    private readonly RerankingEvaluator _evaluator;
    private readonly string _name;
    private readonly int _atK;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="samples">The labelled questions; each has either negatives or a first list.</param>
    /// <param name="atK">The k of MRR and nDCG, at least 1.</param>
    /// <param name="alwaysRerankPositives">True reranks answers that the first list misses as well.</param>
    /// <param name="name">Stands in metric and file names; empty leaves it out.</param>
    /// <exception cref="ArgumentException">A sample has both or neither of negatives and a first list, or there is no sample.</exception>
    public CrossEncoderRerankingEvaluator(IReadOnlyList<RerankingSample> samples, int atK = 10, bool alwaysRerankPositives = true, string name = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        _evaluator = new(samples, "", atK, alwaysRerankPositives);
        (_name, _atK) = (name, atK);
    }

    /// <inheritdoc/>
    public string PrimaryMetric => EvaluatorReport.Named(_name, $"ndcg@{_atK}");

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(IPairScorer model, EvaluationMoment moment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(moment);
        using var reranker = new PairScorerReranker(model);
        var metrics = await _evaluator.EvaluateAsync(reranker, cancellationToken).ConfigureAwait(false);
        return EvaluatorReport.Write(moment, nameof(CrossEncoderRerankingEvaluator), $"_results_@{_atK}", _name,
            [.. metrics.Select(m => (Column(m.Key), m.Key, m.Value))]);
    }

    private static string Column(string metric) => metric.StartsWith("base_", StringComparison.Ordinal)
        ? "Base " + metric["base_".Length..].ToUpperInvariant() : metric.ToUpperInvariant();
}
