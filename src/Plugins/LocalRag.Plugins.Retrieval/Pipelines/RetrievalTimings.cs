namespace LocalRag.Plugins.Retrieval;

/// <summary>How long each stage of a retrieval took; zero where a stage did not run.</summary>
/// <remarks>Vector and keyword search may overlap, so that the parts can add up to more than the total.</remarks>
/// <param name="Embed">Turning the queries into vectors; zero where the collection does it as part of <paramref name="Search"/>.</param>
/// <param name="Search">Vector search, or the collection's own hybrid search.</param>
/// <param name="Keywords">Keyword search.</param>
/// <param name="Rerank">Reranking.</param>
/// <param name="Neighbours">Fetching the pieces around the hits.</param>
/// <param name="Total">From call to result.</param>
public sealed record RetrievalTimings(TimeSpan Embed, TimeSpan Search, TimeSpan Keywords, TimeSpan Rerank, TimeSpan Neighbours, TimeSpan Total);
