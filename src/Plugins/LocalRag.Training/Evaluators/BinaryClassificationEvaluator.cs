using LocalRag.Evaluation;
using Microsoft.Extensions.AI;

namespace LocalRag.Training.Evaluators;

/// <summary>How well cosines separate pairs that belong together: <c>cosine_accuracy</c>, <c>cosine_f1</c> and others; <c>cosine_ap</c> is primary.</summary>
public sealed class BinaryClassificationEvaluator : IBiEncoderEvaluator
{
    private readonly IReadOnlyList<(string First, string Second)> _pairs;
    private readonly bool[] _labels;
    private readonly string _name;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="labels">Whether each belongs together.</param>
    /// <param name="name">Stands in metric and file names; empty leaves it out.</param>
    /// <exception cref="ArgumentException">There is no pair, or not one label for each.</exception>
    public BinaryClassificationEvaluator(IReadOnlyList<(string First, string Second)> pairs, IReadOnlyList<bool> labels, string name = "")
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(name);
        EvaluatorReport.CheckCounts(pairs.Count, labels.Count, nameof(labels));
        (_pairs, _labels, _name) = (pairs, [.. labels], name);
    }

    /// <inheritdoc/>
    public string PrimaryMetric => EvaluatorReport.Named(_name, "cosine_ap");

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(
        IEmbeddingGenerator<string, Embedding<float>> model, EvaluationMoment moment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(moment);
        var m = BinaryMetrics.Compute(await PairCosines.ComputeAsync(model, _pairs, cancellationToken).ConfigureAwait(false), _labels);
        (string, double)[] values =
        [
            ("cosine_accuracy", m.Accuracy), ("cosine_accuracy_threshold", m.AccuracyThreshold), ("cosine_f1", m.F1),
            ("cosine_f1_threshold", m.F1Threshold), ("cosine_precision", m.Precision), ("cosine_recall", m.Recall), ("cosine_ap", m.AveragePrecision),
        ];
        return EvaluatorReport.Write(moment, "binary_classification_evaluation", "_results", _name, [.. values.Select(v => (v.Item1, v.Item1, v.Item2))]);
    }
}
