namespace LocalRag.Training.Evaluators;

/// <summary>Share of pairs whose score lies on the right side of a threshold (CEBinaryAccuracyEvaluator): <c>accuracy</c>.</summary>
public sealed class CrossEncoderBinaryAccuracyEvaluator : ICrossEncoderEvaluator
{
    private readonly IReadOnlyList<(string, string)> _pairs;
    private readonly IReadOnlyList<bool> _labels;
    private readonly double _threshold;
    private readonly string _name;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="labels">Whether each belongs together.</param>
    /// <param name="threshold">Scores above it count as positive.</param>
    /// <param name="name">Stands in metric and file names; empty leaves it out.</param>
    /// <exception cref="ArgumentException">There is no pair, or not one label for each.</exception>
    public CrossEncoderBinaryAccuracyEvaluator(IReadOnlyList<(string First, string Second)> pairs, IReadOnlyList<bool> labels, double threshold = 0.5, string name = "")
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(name);
        EvaluatorReport.CheckCounts(pairs.Count, labels.Count, nameof(labels));
        (_pairs, _labels, _threshold, _name) = (pairs, labels, threshold, name);
    }

    /// <inheritdoc/>
    public string PrimaryMetric => EvaluatorReport.Named(_name, "accuracy");

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(IPairScorer model, EvaluationMoment moment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(moment);
        double[] scores = await model.FirstScoresAsync(_pairs, cancellationToken).ConfigureAwait(false);
        double accuracy = scores.Zip(_labels).Average(pair => pair.First > _threshold == pair.Second ? 1.0 : 0);
        return EvaluatorReport.Write(moment, "CEBinaryAccuracyEvaluator", "_results", _name, ("Accuracy", "accuracy", accuracy));
    }
}
