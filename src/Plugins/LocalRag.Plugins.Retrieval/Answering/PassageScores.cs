namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>What each stage scored, on its own scale; null where the stage did not see the passage or did not run.</summary>
/// <param name="Vector">Similarity of the vectors.</param>
/// <param name="Keyword">BM25.</param>
/// <param name="Fused">Reciprocal rank fusion of both.</param>
/// <param name="Rerank">The reranker's score.</param>
public sealed record PassageScores(double? Vector, double? Keyword, double? Fused, double? Rerank);
