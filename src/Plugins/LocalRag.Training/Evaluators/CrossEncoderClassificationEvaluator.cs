using LocalRag.Evaluation;

namespace LocalRag.Training.Evaluators;

/// <summary>
/// Classification by a cross-encoder. One label: accuracy and F1 at their best thresholds and <c>average_precision</c>, which is primary.
/// More: accuracy, <c>f1_macro</c>, which is primary, <c>f1_micro</c> and <c>f1_weighted</c>.
/// </summary>
public sealed class CrossEncoderClassificationEvaluator : ICrossEncoderEvaluator
{
    private readonly IReadOnlyList<(string, string)> _pairs;
    private readonly IReadOnlyList<int> _labels;
    private readonly string _name;
    private readonly bool _isBinary;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="labels">The class of each, from 0; 0 and 1 for a model of one label.</param>
    /// <param name="isBinary">True for a model of one label.</param>
    /// <param name="name">Stands in metric and file names; empty leaves it out.</param>
    /// <exception cref="ArgumentException">There is no pair, or not one label for each, or a class out of range.</exception>
    public CrossEncoderClassificationEvaluator(IReadOnlyList<(string First, string Second)> pairs, IReadOnlyList<int> labels, bool isBinary = true, string name = "")
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(name);
        EvaluatorReport.CheckCounts(pairs.Count, labels.Count, nameof(labels));
        if (labels.Any(l => l < 0 || (isBinary && l > 1)))
        {
            throw new ArgumentException($"Expected labels {(isBinary ? "0 and 1" : "from 0")}, found {labels.First(l => l < 0 || (isBinary && l > 1))}.", nameof(labels));
        }

        (_pairs, _labels, _isBinary, _name) = (pairs, labels, isBinary, name);
    }

    /// <inheritdoc/>
    public string PrimaryMetric => EvaluatorReport.Named(_name, _isBinary ? "average_precision" : "f1_macro");

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(IPairScorer model, EvaluationMoment moment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(moment);
        if (_isBinary)
        {
            double[] scores = await model.FirstScoresAsync(_pairs, cancellationToken).ConfigureAwait(false);
            var m = BinaryMetrics.Compute(scores, (bool[])[.. _labels.Select(l => l == 1)]);
            return EvaluatorReport.Write(moment, nameof(CrossEncoderClassificationEvaluator), "_results", _name,
                ("Accuracy", "accuracy", m.Accuracy), ("Accuracy_Threshold", "accuracy_threshold", m.AccuracyThreshold),
                ("F1", "f1", m.F1), ("F1_Threshold", "f1_threshold", m.F1Threshold),
                ("Precision", "precision", m.Precision), ("Recall", "recall", m.Recall), ("Average_Precision", "average_precision", m.AveragePrecision));
        }

        var rows = await model.ScoreAsync(_pairs, cancellationToken).ConfigureAwait(false);
        var classes = ClassMetrics.Compute([.. rows.Select(row => Array.IndexOf(row, row.Max()))], _labels);
        return EvaluatorReport.Write(moment, nameof(CrossEncoderClassificationEvaluator), "_results", _name,
            ("Accuracy", "accuracy", classes.Accuracy), ("F1_Macro", "f1_macro", classes.F1Macro),
            ("F1_Micro", "f1_micro", classes.F1Micro), ("F1_Weighted", "f1_weighted", classes.F1Weighted));
    }
}
