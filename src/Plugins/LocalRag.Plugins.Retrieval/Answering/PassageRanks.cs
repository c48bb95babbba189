namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Places in the ranking, from 1.</summary>
/// <param name="Before">After the search, before reranking.</param>
/// <param name="After">In the end; null for a passage that was dropped before it had a place.</param>
public sealed record PassageRanks(int? Before, int? After);
