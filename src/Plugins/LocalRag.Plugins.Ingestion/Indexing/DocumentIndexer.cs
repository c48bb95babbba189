using System.Diagnostics;
using System.Threading.Channels;
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

    private readonly VectorStoreCollection<string, Passage> _passages;
    private readonly VectorStoreCollection<string, SourceDocument> _documents;
    private readonly IngestionOptions _options;
    private readonly DocumentPreparer _preparer;
    private readonly SemaphoreSlim _oneRun = new(1, 1);
    private readonly string _space;
    private readonly string _stamp;

    // Outlives a run: what a full disk kept from being saved is saved by the next run, even if nothing else changes.
    private bool _unsaved;

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
        _passages = passages;
        _documents = documents;
        _options = (options ?? new()).Validated();
        _space = SpaceOf(generator) + StampSeparator;
        _stamp = $"{_space}{chunker.Id}{StampSeparator}readers-{ReadersVersion}";
        _preparer = new(_options.Readers, chunker, _options.MaxFileBytes, _stamp);
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
            await EnsureCollectionsAsync(cancellationToken).ConfigureAwait(false);
            if (await _documents.GetAsync(documentId, cancellationToken: cancellationToken).ConfigureAwait(false) is not { } known)
            {
                return false;
            }

            await RemoveAsync(known, cancellationToken).ConfigureAwait(false);
            await SaveAsync(cancellationToken).ConfigureAwait(false);
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
        await _documents.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        var documents = new List<SourceDocument>();
        await foreach (var document in _documents.GetAsync(_ => true, int.MaxValue, cancellationToken: cancellationToken).ConfigureAwait(false))
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
            var run = new IngestionRun(this, files.Count, failed, progress);
            var known = (await GetDocumentsAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(d => d.Id, StringComparer.Ordinal);
            if (known.Values.Any(d => !d.Stamp.StartsWith(_space, StringComparison.Ordinal)))
            {
                await StartOverAsync(known.Values, removeOthers, cancellationToken).ConfigureAwait(false);
            }

            await _passages.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
            if (removeOthers)
            {
                var named = files.Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
                foreach (var gone in known.Values.Where(d => !named.Contains(d.Id)))
                {
                    await RemoveAsync(gone, cancellationToken).ConfigureAwait(false);
                    run.Removed.Add(gone.Id);
                }
            }

            await PrepareAndWriteAsync(run, files, known, cancellationToken).ConfigureAwait(false);
            if (_unsaved)
            {
                await SaveAsync(cancellationToken).ConfigureAwait(false);
            }

            return run.Report(skipped);
        }
        finally
        {
            _oneRun.Release();
        }
    }

    // Reading and cutting run ahead of the model by a few documents, so that neither waits for the other.
    private async Task PrepareAndWriteAsync(
        IngestionRun run, IReadOnlyList<SourceFile> files, Dictionary<string, SourceDocument> known, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<PreparedDocument>(new BoundedChannelOptions(16) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var preparing = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var file in files)
                    {
                        stop.Token.ThrowIfCancellationRequested();
                        await channel.Writer.WriteAsync(_preparer.Prepare(file, known.GetValueOrDefault(file.Id), stop.Token), stop.Token).ConfigureAwait(false);
                    }
                }
                finally
                {
                    channel.Writer.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (var document in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
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

        _unsaved = true;
        await _passages.EnsureCollectionDeletedAsync(cancellationToken).ConfigureAwait(false);
        await _documents.EnsureCollectionDeletedAsync(cancellationToken).ConfigureAwait(false);
        await _documents.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var document in known)
        {
            document.Passages = 0;
        }
    }

    private async Task EnsureCollectionsAsync(CancellationToken cancellationToken)
    {
        await _documents.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        await _passages.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveAsync(SourceDocument document, CancellationToken cancellationToken)
    {
        _unsaved = true;
        await DeletePassagesAsync(document.Id, 0, document.Passages, cancellationToken).ConfigureAwait(false);
        await _documents.DeleteAsync(document.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeletePassagesAsync(string documentId, int from, int to, CancellationToken cancellationToken)
    {
        if (to > from)
        {
            await _passages.DeleteAsync(Enumerable.Range(from, to - from).Select(i => DocumentPreparer.PassageId(documentId, i)), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_options.Checkpoint is { } checkpoint)
        {
            await checkpoint(cancellationToken).ConfigureAwait(false);
        }

        _unsaved = false;
    }

    /// <summary>The state of one run: what waits to be written, and what was done.</summary>
    private sealed class IngestionRun(DocumentIndexer indexer, int total, IReadOnlyList<FileNotice> failed, IProgress<IngestionProgress>? progress)
    {
        private readonly long _begin = Stopwatch.GetTimestamp();
        private readonly List<PreparedDocument> _waiting = [];
        private readonly List<string> _added = [];
        private readonly List<string> _changed = [];
        private readonly List<FileNotice> _failed = [.. failed];
        private readonly List<FileNotice> _warnings = [];
        private int _waitingPassages;
        private int _written;
        private int _done;
        private int _unchanged;
        private TimeSpan _writing;
        private TimeSpan _checkpointPause = indexer._options.CheckpointInterval;
        private long _lastCheckpoint = Stopwatch.GetTimestamp();

        public List<string> Removed { get; } = [];

        public async Task TakeAsync(PreparedDocument document, CancellationToken cancellationToken)
        {
            switch (document.State)
            {
                case PreparedState.ToWrite:
                    _waiting.Add(document);
                    _waitingPassages += document.Passages.Count;
                    if (_waitingPassages >= indexer._options.BatchPassages)
                    {
                        await FlushAsync(cancellationToken).ConfigureAwait(false);
                    }

                    return;
                case PreparedState.Unchanged:
                    _unchanged += document.Known!.Error is null ? 1 : 0;
                    Notice(document.Known.Error is null ? _warnings : _failed, document, document.Known.Error ?? document.Known.Warning);
                    break;
                default:
                    await RecordFailureAsync(document, cancellationToken).ConfigureAwait(false);
                    break;
            }

            Done(document);
        }

        public async Task FlushAsync(CancellationToken cancellationToken)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            indexer._unsaved = true;

            // First the ledger says that these documents are under way and how many passages there can be, so that nothing can be left behind.
            await indexer._documents.UpsertAsync(_waiting.Select(d => Row(d, hash: "", Math.Max(d.Passages.Count, d.Known?.Passages ?? 0))), cancellationToken)
                .ConfigureAwait(false);
            var begin = Stopwatch.GetTimestamp();
            var batch = new List<Passage>(indexer._options.BatchPassages);
            foreach (var document in _waiting)
            {
                for (var i = 0; i < document.Passages.Count; i++)
                {
                    batch.Add(document.Passages[i]);
                    if (batch.Count == indexer._options.BatchPassages)
                    {
                        await WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                        progress?.Report(new(_done, total, _written, document.File.Id, i + 1, document.Passages.Count));
                    }
                }
            }

            await WriteAsync(batch, cancellationToken).ConfigureAwait(false);
            _writing += Stopwatch.GetElapsedTime(begin);
            foreach (var document in _waiting)
            {
                await indexer.DeletePassagesAsync(document.File.Id, document.Passages.Count, document.Known?.Passages ?? 0, cancellationToken).ConfigureAwait(false);
            }

            await indexer._documents.UpsertAsync(_waiting.Select(d => Row(d, d.Hash, d.Passages.Count)), cancellationToken).ConfigureAwait(false);
            foreach (var document in _waiting)
            {
                (document.Known is { Error: null } or { Passages: > 0 } ? _changed : _added).Add(document.File.Id);
                Notice(_warnings, document, document.Notice);
                Done(document);
            }

            _waiting.Clear();
            _waitingPassages = 0;
            await MaybeCheckpointAsync(cancellationToken).ConfigureAwait(false);
        }

        public IngestionReport Report(IReadOnlyList<FileNotice> skipped) => new()
        {
            Added = _added,
            Changed = _changed,
            Removed = Removed,
            Unchanged = _unchanged,
            Failed = _failed,
            Warnings = _warnings,
            Skipped = skipped,
            PassagesWritten = _written,
            Elapsed = Stopwatch.GetElapsedTime(_begin),
            Writing = _writing,
        };

        private static void Notice(List<FileNotice> notices, PreparedDocument document, string? reason)
        {
            if (reason is not null)
            {
                notices.Add(new(document.File.Id, reason));
            }
        }

        private async Task WriteAsync(List<Passage> batch, CancellationToken cancellationToken)
        {
            if (batch.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await indexer._passages.UpsertAsync(batch, cancellationToken).ConfigureAwait(false);
                _written += batch.Count;
                batch.Clear();
            }
        }

        private SourceDocument Row(PreparedDocument document, string hash, int passages) => new()
        {
            Id = document.File.Id,
            Title = document.Title,
            Bytes = document.Bytes,
            Hash = hash,
            Stamp = indexer._stamp,
            Passages = passages,
            Warning = document.Notice,
        };

        // What an earlier state of the file gave stays in the index; an answer from yesterday's text beats none, and the report says so.
        private async Task RecordFailureAsync(PreparedDocument document, CancellationToken cancellationToken)
        {
            Notice(_failed, document, document.Notice);
            var row = document.Known is { Passages: > 0 } earlier
                ? new SourceDocument
                {
                    Id = earlier.Id,
                    Title = earlier.Title,
                    Bytes = earlier.Bytes,
                    Hash = "",
                    Stamp = earlier.Stamp,
                    Passages = earlier.Passages,
                    Error = document.Notice,
                }
                : new SourceDocument
                {
                    Id = document.File.Id,
                    Bytes = document.Bytes,
                    Hash = document.Hash,
                    Stamp = indexer._stamp,
                    Error = document.Notice,
                };
            if (document.Known is { } known && known.Error == row.Error && known.Hash == row.Hash && known.Bytes == row.Bytes)
            {
                return;
            }

            await indexer._documents.UpsertAsync(row, cancellationToken).ConfigureAwait(false);
            indexer._unsaved = true;
        }

        private void Done(PreparedDocument document) => progress?.Report(new(++_done, total, _written, document.File.Id));

        private async Task MaybeCheckpointAsync(CancellationToken cancellationToken)
        {
            if (indexer._options.Checkpoint is null || Stopwatch.GetElapsedTime(_lastCheckpoint) < _checkpointPause)
            {
                return;
            }

            var begin = Stopwatch.GetTimestamp();
            await indexer.SaveAsync(cancellationToken).ConfigureAwait(false);
            _lastCheckpoint = Stopwatch.GetTimestamp();
            var pause = 10 * Stopwatch.GetElapsedTime(begin);
            _checkpointPause = pause > indexer._options.CheckpointInterval ? pause : indexer._options.CheckpointInterval;
        }
    }
}
