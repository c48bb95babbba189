namespace LocalRag.Plugins.Ingestion;

/// <summary>What there is to say about one file or folder.</summary>
/// <param name="Id">The document's identifier, or the path below the folder.</param>
/// <param name="Reason">What was found and what to do, as a sentence.</param>
public sealed record FileNotice(string Id, string Reason);
