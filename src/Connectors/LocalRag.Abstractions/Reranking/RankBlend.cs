namespace LocalRag;

/// <summary>Blends the order of a first search with the order of a reranker: 1/(61+i) + w/(61+r), i and r the two ranks from 0.</summary>
/// <remarks>
/// Reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009) of the two lists with a weight on the second. A small
/// reranker over a strong hybrid search knows things that the search does not, and the other way round: the blend was
/// better than either alone on all three labelled collections on which it was measured. Ranks and not scores are
/// blended, so the scales of search and reranker do not matter. Pure functions, safe for concurrent use.
/// </remarks>
public static class RankBlend
{
    /// <summary>The weight of the reranker's rank that did best on the development set: 2.</summary>
    public const double DefaultRerankWeight = 2;

    // The 60 of the paper with ranks from 1 is 61 with ranks from 0.
    private const double RankConstant = 61;

    /// <summary>The blended score of one document.</summary>
    /// <param name="searchRank">Rank by the first search, from 0.</param>
    /// <param name="rerankRank">Rank by the reranker, from 0.</param>
    /// <param name="rerankWeight">Weight of the reranker's rank, a finite number of 0 or more; 0 gives the order of the search.</param>
    /// <returns>A positive number, higher is better.</returns>
    public static double Score(int searchRank, int rerankRank, double rerankWeight = DefaultRerankWeight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(searchRank);
        ArgumentOutOfRangeException.ThrowIfNegative(rerankRank);
        ThrowIfNoWeight(rerankWeight);
        return 1 / (RankConstant + searchRank) + rerankWeight / (RankConstant + rerankRank);
    }

    /// <summary>Orders what a reranker returned by the blend of both ranks.</summary>
    /// <param name="reranked">What <see cref="IReranker.RerankAsync"/> returned for documents that were passed in the order of the first search.</param>
    /// <param name="rerankWeight">Weight of the reranker's rank, a finite number of 0 or more.</param>
    /// <returns>The same documents, best first; equal scores keep the order of the first search.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reranked"/> is null.</exception>
    public static IReadOnlyList<BlendedResult> Order(IReadOnlyList<RerankResult> reranked, double rerankWeight = DefaultRerankWeight)
    {
        ArgumentNullException.ThrowIfNull(reranked);
        ThrowIfNoWeight(rerankWeight);
        var blended = new BlendedResult[reranked.Count];
        for (int r = 0; r < blended.Length; r++)
        {
            (int index, float score) = reranked[r];
            blended[r] = new BlendedResult(index, r, score, Score(index, r, rerankWeight));
        }

        Array.Sort(blended, static (a, b) => b.Score.CompareTo(a.Score) is int order and not 0 ? order : a.Index.CompareTo(b.Index));
        return blended;
    }

    private static void ThrowIfNoWeight(double rerankWeight)
    {
        if (!double.IsFinite(rerankWeight) || rerankWeight < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(rerankWeight), rerankWeight, "The weight must be a finite number of 0 or more.");
        }
    }
}
