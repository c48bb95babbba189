namespace LocalRag.Plugins.Ingestion;

/// <summary>How far a run has come.</summary>
/// <param name="DocumentsDone">Documents that are indexed, unchanged or refused.</param>
/// <param name="DocumentsTotal">Documents of the run.</param>
/// <param name="PassagesWritten">Passages that were embedded and written in this run.</param>
/// <param name="DocumentId">The document that was finished last; null at the beginning.</param>
/// <param name="PassagesDone">Passages of the document under way that are written; 0 between documents.</param>
/// <param name="PassagesTotal">Passages of the document under way; 0 between documents.</param>
public readonly record struct IngestionProgress(
    int DocumentsDone, int DocumentsTotal, int PassagesWritten, string? DocumentId, int PassagesDone = 0, int PassagesTotal = 0);
