namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>One file that a model needs.</summary>
/// <param name="Path">The path inside the repository.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="BytesToDownload">Bytes that are not in the cache yet: 0 for a complete file, less than the size for an interrupted one.</param>
public sealed record HubFile(string Path, long Bytes, long BytesToDownload);
