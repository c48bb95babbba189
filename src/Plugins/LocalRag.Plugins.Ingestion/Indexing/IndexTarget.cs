using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Ingestion.Indexing;

/// <summary>The two collections that an indexer writes, and whether they hold something that is not saved yet.</summary>
internal sealed class IndexTarget(
    VectorStoreCollection<string, Passage> passages, VectorStoreCollection<string, SourceDocument> documents, IngestionOptions options, string stamp)
{
    public VectorStoreCollection<string, Passage> Passages { get; } = passages;

    public VectorStoreCollection<string, SourceDocument> Documents { get; } = documents;

    public IngestionOptions Options { get; } = options;

    public string Stamp { get; } = stamp;

    /// <summary>Outlives a run: what a full disk kept from being saved is saved by the next run, even if nothing else changes.</summary>
    public bool Unsaved { get; set; }

    public async Task EnsureExistsAsync(CancellationToken cancellationToken)
    {
        await Documents.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        await Passages.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync(SourceDocument document, CancellationToken cancellationToken)
    {
        Unsaved = true;
        await DeletePassagesAsync(document.Id, 0, document.Passages, cancellationToken).ConfigureAwait(false);
        await Documents.DeleteAsync(document.Id, cancellationToken).ConfigureAwait(false);
    }

    public async Task DeletePassagesAsync(string documentId, int from, int to, CancellationToken cancellationToken)
    {
        if (to > from)
        {
            await Passages.DeleteAsync(Enumerable.Range(from, to - from).Select(i => PreparedDocument.PassageId(documentId, i)), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (Options.Checkpoint is { } checkpoint)
        {
            await checkpoint(cancellationToken).ConfigureAwait(false);
        }

        Unsaved = false;
    }
}
