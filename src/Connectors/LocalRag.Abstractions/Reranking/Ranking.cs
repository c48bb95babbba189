namespace LocalRag;

/// <summary>Makes the list that a reranker returns.</summary>
internal static class Ranking
{
    /// <summary>Sorts by falling score, equal scores by index, and keeps what the options ask for.</summary>
    public static RerankResult[] Of(IEnumerable<RerankResult> results, RerankOptions? options) =>
    [
        .. results
            .Where(result => !(result.Score < options?.ScoreThreshold))
            .OrderByDescending(result => result.Score)
            .ThenBy(result => result.Index)
            .Take(options?.TopK ?? int.MaxValue),
    ];
}
