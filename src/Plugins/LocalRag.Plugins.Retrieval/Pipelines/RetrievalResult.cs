namespace LocalRag.Plugins.Retrieval;

/// <summary>What a retrieval found, and how.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
/// <param name="Query">The question.</param>
/// <param name="Queries">All texts that were searched: the question, then its other wordings.</param>
/// <param name="Hits">The hits, best first.</param>
/// <param name="Dropped">The candidates that did not become hits, in the order they had when they were dropped.</param>
/// <param name="Timings">How long each stage took.</param>
public sealed record RetrievalResult<TRecord>(
    string Query,
    IReadOnlyList<string> Queries,
    IReadOnlyList<RetrievalHit<TRecord>> Hits,
    IReadOnlyList<DroppedHit<TRecord>> Dropped,
    RetrievalTimings Timings)
    where TRecord : class
{
    /// <summary>Whether keywords were searched too; false where they were asked for and the collection cannot.</summary>
    public bool Hybrid { get; init; }

    /// <summary>Whether the order is the reranker's doing.</summary>
    public bool Reranked { get; init; }

    /// <summary>Why the reranker failed and the order before it was kept; null where it did not.</summary>
    public Exception? RerankFailure { get; init; }
}
