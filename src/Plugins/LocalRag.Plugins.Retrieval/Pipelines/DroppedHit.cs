namespace LocalRag.Plugins.Retrieval;

/// <summary>A candidate that did not become a hit.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
/// <param name="Hit">The candidate with what the stages said about it.</param>
/// <param name="Reason">Why it was dropped.</param>
public sealed record DroppedHit<TRecord>(RetrievalHit<TRecord> Hit, DropReason Reason)
    where TRecord : class;
