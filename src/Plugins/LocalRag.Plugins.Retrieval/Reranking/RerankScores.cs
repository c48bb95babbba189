namespace LocalRag.Plugins.Retrieval;

/// <summary>How a hit came to its place: rank and score before, by the reranker, and of both together.</summary>
/// <param name="Search">Rank and score of the first search.</param>
/// <param name="Rerank">
/// Rank and score of the reranker; null where it did not see the hit: the hit lay beyond the candidates, or the reranker
/// failed and the order of the search was kept.
/// </param>
/// <param name="Blended">The number that hits are ordered by, see <see cref="RankBlend"/>; null where <paramref name="Rerank"/> is null.</param>
public sealed record RerankScores(StageScore Search, StageScore? Rerank, double? Blended)
{
    /// <summary>The metadata key under which filter and text search keep the scores: a list parallel to the results.</summary>
    public const string MetadataKey = "LocalRag.RerankScores";
}
