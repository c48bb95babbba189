namespace LocalRag;

/// <summary>One document in the order that <see cref="RankBlend"/> gives.</summary>
/// <param name="Index">Position of the document before reranking, from 0: in the list that was passed, and by the first search.</param>
/// <param name="RerankRank">Position that the reranker alone would give, from 0.</param>
/// <param name="RerankScore">The reranker's own score, unchanged.</param>
/// <param name="Score">The blended score; it orders this list and means nothing beyond it.</param>
public readonly record struct BlendedResult(int Index, int RerankRank, float RerankScore, double Score);
