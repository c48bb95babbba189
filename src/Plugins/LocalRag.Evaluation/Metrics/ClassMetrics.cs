namespace LocalRag.Evaluation;

/// <summary>How well predicted classes match the right ones, by scikit-learn's formulas.</summary>
/// <param name="Accuracy">Share of right predictions.</param>
/// <param name="F1Macro">Plain mean of every class's F1.</param>
/// <param name="F1Micro">F1 over all decisions; with one class for each example the accuracy.</param>
/// <param name="F1Weighted">Mean of every class's F1, weighted by how often the class is right.</param>
public sealed record ClassMetrics(double Accuracy, double F1Macro, double F1Micro, double F1Weighted)
{
    /// <summary>Computes the metrics; classes that are neither predicted nor right do not count.</summary>
    /// <param name="predicted">The predicted classes.</param>
    /// <param name="right">The right classes.</param>
    /// <exception cref="ArgumentException">The lists are empty or of different lengths.</exception>
    public static ClassMetrics Compute(IReadOnlyList<int> predicted, IReadOnlyList<int> right)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(right);
        if (predicted.Count == 0 || predicted.Count != right.Count)
        {
            throw new ArgumentException($"Expected two lists of the same length above 0, found {predicted.Count} and {right.Count} classes.", nameof(right));
        }

        var accuracy = predicted.Zip(right).Average(pair => pair.First == pair.Second ? 1.0 : 0);
        var classes = predicted.Concat(right).Distinct().ToList();
        double macro = 0, weighted = 0;
        foreach (var c in classes)
        {
            var hits = predicted.Zip(right).Count(pair => pair.First == c && pair.Second == c);
            var support = right.Count(label => label == c);
            var f1 = 2.0 * hits / (predicted.Count(p => p == c) + support);
            macro += f1 / classes.Count;
            weighted += f1 * support / right.Count;
        }

        return new(accuracy, macro, accuracy, weighted);
    }
}
