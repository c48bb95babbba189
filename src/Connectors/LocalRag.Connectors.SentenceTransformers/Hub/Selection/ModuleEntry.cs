namespace LocalRag.Connectors.SentenceTransformers.Hub.Selection;

/// <summary>Entry of <c>modules.json</c>, as far as it decides which files a model needs.</summary>
internal sealed record ModuleEntry(string? Path, string? Type);
