namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Where the time went, in milliseconds; zero where a stage did not run.</summary>
/// <param name="Embed">Turning the question into a vector.</param>
/// <param name="Search">Vector search, with the embedding where the collection does it.</param>
/// <param name="Keywords">Keyword search.</param>
/// <param name="Rerank">Reranking.</param>
/// <param name="Generate">Writing the answer.</param>
/// <param name="Total">From question to answer.</param>
public sealed record AnswerTimings(double Embed, double Search, double Keywords, double Rerank, double Generate, double Total);
