using LocalRag.Plugins.Ingestion.Indexing;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Ingestion;

/// <summary>Keeps a collection of passages in step with files: indexes what is new or changed, drops what is gone, leaves the rest alone.</summary>
/// <remarks>
/// Works with any VectorData store; the collection of passages embeds. What was done is told apart by the SHA-256 of each file and a stamp of
/// vector space and chunking, kept in a second collection. A run that is cancelled or killed is finished by the next one: a document's ledger
/// row says that it is under way before its first passage is written, and gets its hash after the last. One run at a time; a second call waits.
/// </remarks>
public sealed class DocumentIndexer : IDisposable
{
    private const int ReadersVersion = 1;
    private const char StampSeparator = '|';

    private readonly IndexTarget _target;
    private readonly DocumentPreparer _preparer;
    private readonly SemaphoreSlim _oneRun = new(1, 1);
    private readonly string _space;

    /// <summary>Creates an indexer over two collections; nothing is opened until a run.</summary>
    /// <param name="passages">Where passages go; it must have an embedding generator.</param>
    /// <param name="documents">Where the ledger goes; it has no vectors.</param>
    /// <param name="chunker">Cuts the documents.</param>
    /// <param name="generator">The generator of <paramref name="passages"/>; when its vector space changes, everything is indexed anew. Null keeps no watch.</param>
    /// <param name="options">Settings; null takes the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public DocumentIndexer(
        VectorStoreCollection<string, Passage> passages,
        VectorStoreCollection<string, SourceDocument> documents,
        ITextChunker chunker,
        IEmbeddingGenerator? generator = null,
        IngestionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(chunker);
        var settings = (options ?? new()).Validated();
        _space = SpaceOf(generator) + StampSeparator;
        _target = new(passages, documents, settings, $"{_space}{chunker.Id}{StampSeparator}readers-{ReadersVersion}");
        _preparer = new(settings.Readers, chunker, settings.MaxFileBytes, _target.Stamp);
    }

    /// <summary>Brings the index in step with a listing: documents that it does not name are removed.</summary>
    /// <param name="listing">The files, as <see cref="FolderListing.Of"/> finds them.</param>
    /// <param name="progress">Told after each document and each batch; null for none.</param>
    /// <param name="cancellationToken">Stops between documents and inside the embedding; what was finished stays.</param>
    public Task<IngestionReport> SynchronizeAsync(
        FolderListing listing, IProgress<IngestionProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return RunAsync(listing.Files, listing.Skipped, listing.Failed, removeOthers: true, progress, cancellationToken);
    }

    /// <summary>Indexes some files and leaves every other document alone.</summary>
    /// <param name="files">The files.</param>
    /// <param name="progress">Told after each document and each batch; null for none.</param>
    /// <param name="cancellationToken">Stops between documents and inside the embedding; what was finished stays.</param>
    public Task<IngestionReport> AddAsync(
        IReadOnlyList<SourceFile> files, IProgress<IngestionProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        return RunAsync(files, [], [], removeOthers: false, progress, cancellationToken);
    }

    /// <summary>Removes a document with all its passages.</summary>
    /// <param name="documentId">The document's identifier.</param>
    /// <param name="cancellationToken">Passed on to the store.</param>
    /// <returns>False if the index has no such document.</returns>
    public async Task<bool> RemoveAsync(string documentId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documentId);
        await _oneRun.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _target.EnsureExistsAsync(cancellationToken).ConfigureAwait(false);
            if (await _target.Documents.GetAsync(documentId, cancellationToken: cancellationToken).ConfigureAwait(false) is not { } known)
            {
                return false;
            }

            await _target.RemoveAsync(known, cancellationToken).ConfigureAwait(false);
            await _target.SaveAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _oneRun.Release();
        }
    }

    /// <summary>All documents that the index knows, by identifier.</summary>
    /// <param name="cancellationToken">Passed on to the store.</param>
    public async Task<IReadOnlyList<SourceDocument>> GetDocumentsAsync(CancellationToken cancellationToken = default)
    {
        await _target.Documents.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        var documents = new List<SourceDocument>();
        await foreach (var document in _target.Documents.GetAsync(_ => true, int.MaxValue, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            documents.Add(document);
        }

        documents.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        return documents;
    }

    /// <inheritdoc/>
    public void Dispose() => _oneRun.Dispose();

    private static string SpaceOf(IEmbeddingGenerator? generator)
    {
        if (generator?.GetService(typeof(VectorSpace)) is VectorSpace space)
        {
            return space.Id;
        }

        return generator?.GetService(typeof(EmbeddingGeneratorMetadata)) is EmbeddingGeneratorMetadata metadata
            ? $"{metadata.ProviderName}/{metadata.DefaultModelId}/{metadata.DefaultModelDimensions}"
            : "";
    }

    private async Task<IngestionReport> RunAsync(
        IReadOnlyList<SourceFile> files,
        IReadOnlyList<FileNotice> skipped,
        IReadOnlyList<FileNotice> failed,
        bool removeOthers,
        IProgress<IngestionProgress>? progress,
        CancellationToken cancellationToken)
    {
        await _oneRun.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var run = new IngestionRun(_target, files.Count, failed, progress);
            var known = (await GetDocumentsAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(d => d.Id, StringComparer.Ordinal);
            if (known.Values.Any(d => !d.Stamp.StartsWith(_space, StringComparison.Ordinal)))
            {
                await StartOverAsync(known.Values, removeOthers, cancellationToken).ConfigureAwait(false);
            }

            await _target.Passages.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
            if (removeOthers)
            {
                var named = files.Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
                foreach (var gone in known.Values.Where(d => !named.Contains(d.Id)))
                {
                    await _target.RemoveAsync(gone, cancellationToken).ConfigureAwait(false);
                    run.Removed.Add(gone.Id);
                }
            }

            await PrepareAndWriteAsync(run, files, known, cancellationToken).ConfigureAwait(false);
            if (_target.Unsaved)
            {
                await _target.SaveAsync(cancellationToken).ConfigureAwait(false);
            }

            return run.Report(skipped);
        }
        finally
        {
            _oneRun.Release();
        }
    }

    // Reading and cutting run ahead of the model, so that neither waits for the other.
    private async Task PrepareAndWriteAsync(
        IngestionRun run, IReadOnlyList<SourceFile> files, Dictionary<string, SourceDocument> known, CancellationToken cancellationToken)
    {
        using var queue = new PreparedQueue();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var preparing = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var file in files)
                    {
                        stop.Token.ThrowIfCancellationRequested();
                        await queue.AddAsync(_preparer.Prepare(file, known.GetValueOrDefault(file.Id), stop.Token), stop.Token).ConfigureAwait(false);
                    }
                }
                finally
                {
                    queue.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (var document in queue.TakeAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await run.TakeAsync(document, cancellationToken).ConfigureAwait(false);
            }

            await run.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await preparing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await preparing.ConfigureAwait(false);
    }

    // Vectors of two models cannot live in one collection. The ledger goes last: while it is there, a run that breaks off here starts over again.
    private async Task StartOverAsync(IEnumerable<SourceDocument> known, bool mayDropOthers, CancellationToken cancellationToken)
    {
        if (!mayDropOthers)
        {
            throw new InvalidOperationException("The index was made with another embedding model. Synchronize all documents before adding some.");
        }

        _target.Unsaved = true;
        await _target.Passages.EnsureCollectionDeletedAsync(cancellationToken).ConfigureAwait(false);
        await _target.Documents.EnsureCollectionDeletedAsync(cancellationToken).ConfigureAwait(false);
        await _target.Documents.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var document in known)
        {
            document.Passages = 0;
        }
    }
}
