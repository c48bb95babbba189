namespace LocalRag.Evaluation;

/// <summary>How well scores separate pairs that belong together from those that do not, at the best threshold.</summary>
/// <param name="Accuracy">Share of right decisions at <paramref name="AccuracyThreshold"/>.</param>
/// <param name="AccuracyThreshold">The threshold of the best accuracy.</param>
/// <param name="F1">Harmonic mean of precision and recall at <paramref name="F1Threshold"/>.</param>
/// <param name="F1Threshold">The threshold of the best F1.</param>
/// <param name="Precision">Precision at <paramref name="F1Threshold"/>.</param>
/// <param name="Recall">Recall at <paramref name="F1Threshold"/>.</param>
/// <param name="AveragePrecision">Area under the curve of precision over recall.</param>
public sealed record BinaryMetrics(
    double Accuracy, double AccuracyThreshold, double F1, double F1Threshold, double Precision, double Recall, double AveragePrecision)
{
    /// <summary>Computes the metrics as sentence-transformers' BinaryClassificationEvaluator does for scores where more is nearer.</summary>
    /// <param name="scores">A score for each pair.</param>
    /// <param name="isPositive">Whether the pair belongs together.</param>
    /// <exception cref="ArgumentException">The lists are empty or of different lengths.</exception>
    public static BinaryMetrics Compute(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isPositive)
    {
        if (scores.IsEmpty || scores.Length != isPositive.Length)
        {
            throw new ArgumentException($"Expected scores and labels of the same length above 0, found {scores.Length} and {isPositive.Length}.", nameof(isPositive));
        }

        var order = Metrics.ScoredMetrics.Order(scores);
        var positives = isPositive.Count(true);
        int found = 0, remainingNegatives = scores.Length - positives;
        double accuracy = 0, accuracyThreshold = -1, f1 = 0, f1Threshold = 0, precision = 0, recall = 0;
        // A threshold lies between two neighbours, so the last score has none behind it.
        for (var i = 0; i < order.Length - 1; i++)
        {
            var threshold = (scores[order[i]] + scores[order[i + 1]]) / 2;
            found += isPositive[order[i]] ? 1 : 0;
            remainingNegatives -= isPositive[order[i]] ? 0 : 1;
            var right = (double)(found + remainingNegatives) / scores.Length;
            if (right > accuracy)
            {
                (accuracy, accuracyThreshold) = (right, threshold);
            }

            double p = (double)found / (i + 1), r = positives == 0 ? 0 : (double)found / positives;
            if (found > 0 && 2 * p * r / (p + r) > f1)
            {
                (f1, f1Threshold, precision, recall) = (2 * p * r / (p + r), threshold, p, r);
            }
        }

        return new(accuracy, accuracyThreshold, f1, f1Threshold, precision, recall, Metrics.ScoredMetrics.AveragePrecision(isPositive, scores));
    }
}
