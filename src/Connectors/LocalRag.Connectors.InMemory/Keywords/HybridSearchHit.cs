namespace LocalRag.Connectors.InMemory;

/// <summary>A result of a hybrid search with what each of the two searches said about it.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
/// <param name="Record">The record.</param>
/// <param name="Score">The fused score; higher is better, only comparable within one search.</param>
/// <param name="VectorScore">The score by the property's distance function; null where the vector search did not list the record.</param>
/// <param name="VectorRank">The place in the vector search, from 1; null where it is not listed.</param>
/// <param name="KeywordScore">The BM25 score; null where no keyword occurs.</param>
/// <param name="KeywordRank">The place in the keyword search, from 1; null where it is not listed.</param>
public sealed record HybridSearchHit<TRecord>(
    TRecord Record, double Score, double? VectorScore, int? VectorRank, double? KeywordScore, int? KeywordRank)
    where TRecord : class;
