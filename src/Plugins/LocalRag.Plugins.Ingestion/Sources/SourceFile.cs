namespace LocalRag.Plugins.Ingestion;

/// <summary>One file to index.</summary>
/// <param name="Id">The document's identifier in the index: its path below the folder, with forward slashes.</param>
/// <param name="Path">Where the file lies.</param>
public sealed record SourceFile(string Id, string Path);
