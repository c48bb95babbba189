namespace LocalRag.Plugins.Retrieval;

/// <summary>A record that a reranking search found, with the scores of both stages.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
/// <param name="Record">The record.</param>
/// <param name="Scores">Ranks and scores of search and reranker.</param>
public sealed record RerankedHit<TRecord>(TRecord Record, RerankScores Scores);
