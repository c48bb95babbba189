namespace LocalRag.Evaluation;

/// <summary>What one ranked list is worth against its relevant documents, by the formulas of sentence-transformers' evaluators.</summary>
/// <remarks>
/// All functions are pure. <c>isRelevant[r]</c> says whether the document at rank r, from 0, is relevant; <c>relevantCount</c> is the
/// number of all relevant documents of the query, found or not, and at least 1.
/// </remarks>
public static class RankingMetrics
{
    /// <summary>1 if any of the first <paramref name="k"/> is relevant, else 0.</summary>
    /// <param name="isRelevant">The list, best first.</param>
    /// <param name="k">How many ranks count, at least 1.</param>
    public static double Accuracy(ReadOnlySpan<bool> isRelevant, int k) => First(isRelevant, k).Contains(true) ? 1 : 0;

    /// <summary>Share of relevant documents among the first <paramref name="k"/>; a list that is shorter is divided by k all the same.</summary>
    /// <param name="isRelevant">The list, best first.</param>
    /// <param name="k">How many ranks count, at least 1.</param>
    public static double Precision(ReadOnlySpan<bool> isRelevant, int k) => (double)First(isRelevant, k).Count(true) / k;

    /// <summary>Share of all relevant documents that stands among the first <paramref name="k"/>.</summary>
    /// <param name="isRelevant">The list, best first.</param>
    /// <param name="k">How many ranks count, at least 1.</param>
    /// <param name="relevantCount">Number of relevant documents of the query.</param>
    public static double Recall(ReadOnlySpan<bool> isRelevant, int k, int relevantCount) =>
        (double)First(isRelevant, k).Count(true) / Positive(relevantCount);

    /// <summary>1 divided by the rank, from 1, of the first relevant document; 0 if none stands among the first <paramref name="k"/>.</summary>
    /// <param name="isRelevant">The list, best first.</param>
    /// <param name="k">How many ranks count, at least 1.</param>
    public static double ReciprocalRank(ReadOnlySpan<bool> isRelevant, int k)
    {
        var rank = First(isRelevant, k).IndexOf(true);
        return rank < 0 ? 0 : 1.0 / (rank + 1);
    }

    /// <summary>Discounted gain of the relevant documents among the first <paramref name="k"/>, each 1 / log2(rank + 1), over that of an ideal list.</summary>
    /// <param name="isRelevant">The list, best first.</param>
    /// <param name="k">How many ranks count, at least 1.</param>
    /// <param name="relevantCount">Number of relevant documents of the query.</param>
    public static double Ndcg(ReadOnlySpan<bool> isRelevant, int k, int relevantCount)
    {
        var gain = 0.0;
        var first = First(isRelevant, k);
        for (var rank = 0; rank < first.Length; rank++)
        {
            gain += first[rank] ? Discount(rank) : 0;
        }

        var ideal = 0.0;
        for (var rank = 0; rank < Math.Min(Positive(relevantCount), k); rank++)
        {
            ideal += Discount(rank);
        }

        return gain / ideal;
    }

    /// <summary>Mean of the precisions at each relevant rank among the first <paramref name="k"/>, over the lesser of k and the number of relevant documents.</summary>
    /// <param name="isRelevant">The list, best first.</param>
    /// <param name="k">How many ranks count, at least 1.</param>
    /// <param name="relevantCount">Number of relevant documents of the query.</param>
    public static double AveragePrecision(ReadOnlySpan<bool> isRelevant, int k, int relevantCount)
    {
        var found = 0;
        var sum = 0.0;
        var first = First(isRelevant, k);
        for (var rank = 0; rank < first.Length; rank++)
        {
            if (first[rank])
            {
                sum += (double)++found / (rank + 1);
            }
        }

        return sum / Math.Min(k, Positive(relevantCount));
    }

    internal static double Discount(int rank) => 1 / Math.Log2(rank + 2);

    private static ReadOnlySpan<bool> First(ReadOnlySpan<bool> isRelevant, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return isRelevant[..Math.Min(k, isRelevant.Length)];
    }

    private static int Positive(int relevantCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(relevantCount, 1);
        return relevantCount;
    }
}
