using LocalRag.Evaluation;
using Microsoft.Extensions.AI;

namespace LocalRag.Training.Evaluators;

/// <summary>Correlation of the cosine of two texts with right scores: <c>pearson_cosine</c> and <c>spearman_cosine</c>, the latter being primary.</summary>
public sealed class EmbeddingSimilarityEvaluator : IBiEncoderEvaluator
{
    private readonly IReadOnlyList<(string First, string Second)> _pairs;
    private readonly double[] _scores;
    private readonly string _name;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="scores">The right similarity of each.</param>
    /// <param name="name">Stands in metric and file names; empty leaves it out.</param>
    /// <exception cref="ArgumentException">There is no pair, or not one score for each.</exception>
    public EmbeddingSimilarityEvaluator(IReadOnlyList<(string First, string Second)> pairs, IReadOnlyList<float> scores, string name = "")
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(name);
        EvaluatorReport.CheckCounts(pairs.Count, scores.Count, nameof(scores));
        (_pairs, _scores, _name) = (pairs, [.. scores.Select(s => (double)s)], name);
    }

    /// <inheritdoc/>
    public string PrimaryMetric => EvaluatorReport.Named(_name, "spearman_cosine");

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(
        IEmbeddingGenerator<string, Embedding<float>> model, EvaluationMoment moment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(moment);
        double[] cosines = await PairCosines.ComputeAsync(model, _pairs, cancellationToken).ConfigureAwait(false);
        return EvaluatorReport.Write(moment, "similarity_evaluation", "_results", _name,
            ("cosine_pearson", "pearson_cosine", CorrelationMetrics.Pearson(cosines, _scores)),
            ("cosine_spearman", "spearman_cosine", CorrelationMetrics.Spearman(cosines, _scores)));
    }
}
