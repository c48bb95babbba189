namespace LocalRag.Evaluation;

/// <summary>How far two lists of numbers rise and fall together.</summary>
public static class CorrelationMetrics
{
    /// <summary>Pearson's correlation: of the values.</summary>
    /// <param name="x">The first list.</param>
    /// <param name="y">The second list, equally long.</param>
    /// <returns>From -1 to 1; NaN where a list does not vary.</returns>
    /// <exception cref="ArgumentException">The lists are empty or of different lengths.</exception>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        double meanX = Mean(x), meanY = Mean(y), xy = 0, xx = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            xy += dx * dy;
            xx += dx * dx;
            yy += dy * dy;
        }

        return xx == 0 || yy == 0 ? double.NaN : Math.Clamp(xy / Math.Sqrt(xx) / Math.Sqrt(yy), -1, 1);
    }

    /// <summary>Spearman's correlation: of the ranks; equal values share the mean of their ranks.</summary>
    /// <param name="x">The first list.</param>
    /// <param name="y">The second list, equally long.</param>
    /// <returns>From -1 to 1; NaN where a list does not vary.</returns>
    /// <exception cref="ArgumentException">The lists are empty or of different lengths.</exception>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Check(x, y);
        return Pearson(Ranks(x), Ranks(y));
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        for (var first = 0; first < sorted.Length;)
        {
            var last = first + 1;
            while (last < sorted.Length && sorted[last] == sorted[first])
            {
                last++;
            }

            for (var i = first; i < last; i++)
            {
                ranks[order[i]] = (first + last - 1) / 2.0;
            }

            first = last;
        }

        return ranks;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private static void Check(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.IsEmpty || x.Length != y.Length)
        {
            throw new ArgumentException($"Expected two lists of the same length above 0, found {x.Length} and {y.Length} values.", nameof(y));
        }
    }
}
