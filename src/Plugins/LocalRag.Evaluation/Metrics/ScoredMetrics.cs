namespace LocalRag.Evaluation.Metrics;

/// <summary>Metrics over scores, with scikit-learn's treatment of equal scores: nDCG shares their gain, average precision takes them at once.</summary>
internal static class ScoredMetrics
{
    /// <summary>Positions of <paramref name="scores"/> by falling score; equal scores keep their order.</summary>
    public static int[] Order(ReadOnlySpan<double> scores)
    {
        var order = new int[scores.Length];
        var keys = new double[scores.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            keys[i] = -scores[i];
        }

        return [.. order.OrderBy(i => keys[i])];
    }

    /// <summary>nDCG at k where documents of one score share the mean gain of the ranks that they hold together.</summary>
    public static double Ndcg(ReadOnlySpan<bool> isRelevant, ReadOnlySpan<double> scores, int k)
    {
        var order = Order(scores);
        var gain = 0.0;
        for (var first = 0; first < order.Length;)
        {
            var last = TieEnd(order, scores, first);
            var relevant = 0;
            var discount = 0.0;
            for (var rank = first; rank < last; rank++)
            {
                relevant += isRelevant[order[rank]] ? 1 : 0;
                discount += rank < k ? RankingMetrics.Discount(rank) : 0;
            }

            gain += discount * relevant / (last - first);
            first = last;
        }

        var ideal = 0.0;
        for (var rank = 0; rank < Math.Min(k, isRelevant.Count(true)); rank++)
        {
            ideal += RankingMetrics.Discount(rank);
        }

        return ideal == 0 ? 0 : gain / ideal;
    }

    /// <summary>Sum over the distinct scores of precision times the recall that the score adds.</summary>
    public static double AveragePrecision(ReadOnlySpan<bool> isRelevant, ReadOnlySpan<double> scores)
    {
        var order = Order(scores);
        var all = isRelevant.Count(true);
        var found = 0;
        var sum = 0.0;
        for (var first = 0; first < order.Length;)
        {
            var last = TieEnd(order, scores, first);
            var relevant = 0;
            for (var rank = first; rank < last; rank++)
            {
                relevant += isRelevant[order[rank]] ? 1 : 0;
            }

            found += relevant;
            sum += (double)relevant / all * found / last;
            first = last;
        }

        return all == 0 ? 0 : sum;
    }

    private static int TieEnd(int[] order, ReadOnlySpan<double> scores, int first)
    {
        var last = first + 1;
        while (last < order.Length && scores[order[last]] == scores[order[first]])
        {
            last++;
        }

        return last;
    }
}
