using System.Security.Cryptography;
using System.Text;
using LocalRag.Connectors.InMemory;
using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace RagDemo.Documents;

/// <summary>The documents of the demo: the given folders and what was uploaded, with the index that is saved between runs.</summary>
internal sealed class DocumentIndex : IDisposable
{
    // Saving costs milliseconds; a run that dies loses what came after the last one.
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromMilliseconds(500);

    private readonly DemoSettings _settings;
    private readonly VectorStore _store;
    private readonly DocumentIndexer _indexer;
    private readonly string _file;
    private readonly UploadStore _uploads;
    private volatile IReadOnlyDictionary<string, SourceFile> _files = new Dictionary<string, SourceFile>();
    private volatile SavedProgress? _progress;
    private int _documentCount;

    public DocumentIndex(
        DemoSettings settings,
        VectorStore store,
        VectorStoreCollection<string, Passage> passages,
        VectorStoreCollection<string, SourceDocument> documents,
        ITextChunker chunker,
        IEmbeddingGenerator<string, Embedding<float>> generator)
    {
        _settings = settings;
        _store = store;

        // Each set of folders has its own index, so that asking another folder does not throw this one away.
        var sources = string.Join('\n', settings.Docs.Select(Path.GetFullPath).Order(StringComparer.Ordinal));
        var folder = Path.Combine(settings.DataDirectory, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sources)))[..12]);
        _file = Path.Combine(folder, "index.localrag");
        _uploads = new(Path.Combine(folder, "uploads"));
        Readers = DocumentReaders.WithLimits(settings.Limits.MaxPages, settings.Limits.MaxCharacters);
        _indexer = new(passages, documents, chunker, generator, new() { Readers = Readers, Checkpoint = SaveAsync, CheckpointInterval = BetweenSaves });
    }

    /// <summary>What turns files into text, within the limits of the settings.</summary>
    public IReadOnlyList<IDocumentReader> Readers { get; }

    public bool IsEmpty => _documentCount == 0;

    public DocumentIndexer Indexer => _indexer;

    /// <summary>Refuses folders that are not there before anything is opened or written.</summary>
    public void CheckSources()
    {
        foreach (var path in _settings.Docs)
        {
            if (!Directory.Exists(path) && !File.Exists(path))
            {
                throw new DirectoryNotFoundException($"There is no folder or file '{path}' (looked at {Path.GetFullPath(path)}). Check --docs.");
            }
        }
    }

    /// <summary>Brings back the index of an earlier run; a damaged file is told and built anew.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_store is not InMemoryVectorStore memory || !File.Exists(_file))
        {
            return;
        }

        try
        {
            await memory.LoadAsync(_file, cancellationToken: cancellationToken);
        }
        catch (InvalidDataException error)
        {
            await Console.Error.WriteLineAsync($"The saved index cannot be used and is built anew: {error.Message}");
        }
    }

    public async Task<IngestionReport> SynchronizeAsync(IProgress<IngestionProgress>? progress, CancellationToken cancellationToken)
    {
        var listing = List(cancellationToken);
        _files = listing.Files.ToDictionary(f => f.Id, StringComparer.Ordinal);
        var report = await _indexer.SynchronizeAsync(listing, Saving(progress), cancellationToken);
        _documentCount = report.Added.Count + report.Changed.Count + report.Unchanged;
        return report;
    }

    /// <summary>Indexes uploaded files.</summary>
    public Task<IngestionReport> AddAsync(IReadOnlyList<SourceFile> files, IProgress<IngestionProgress>? progress, CancellationToken cancellationToken) =>
        _indexer.AddAsync(files, Saving(progress), cancellationToken);

    /// <summary>The file behind an indexed document. Only what a listing found is ever opened, so no identifier can lead elsewhere.</summary>
    public SourceFile? FileOf(string documentId) => _uploads.Find(documentId) ?? _files.GetValueOrDefault(documentId);

    /// <summary>Keeps an uploaded file, to be indexed by <see cref="AddAsync"/>.</summary>
    public Task<SourceFile> SaveUploadAsync(string documentId, byte[] content, CancellationToken cancellationToken) => _uploads.SaveAsync(documentId, content, cancellationToken);

    /// <summary>Whether a document was uploaded, and so can be deleted.</summary>
    public static bool IsUpload(string documentId) => documentId.StartsWith(UploadStore.Prefix, StringComparison.Ordinal);

    /// <summary>Deletes an uploaded document, file and passages.</summary>
    public async Task<bool> DeleteAsync(string documentId, CancellationToken cancellationToken)
    {
        _uploads.Delete(documentId);
        return await _indexer.RemoveAsync(documentId, cancellationToken);
    }

    public void Dispose() => _indexer.Dispose();

    private FolderListing List(CancellationToken cancellationToken)
    {
        FolderListing? all = null;
        var several = _settings.Docs.Count > 1;
        foreach (var path in _settings.Docs)
        {
            // With several sources a folder's name tells its documents apart; a single file needs none.
            var prefix = several && Directory.Exists(path) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) + "/" : "";
            var listing = FolderListing.Of(path, prefix, cancellationToken: cancellationToken);
            all = all?.With(listing) ?? listing;
        }

        return all!.With(FolderListing.FromFiles(_uploads.Files));
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_store is InMemoryVectorStore memory)
        {
            var progress = _progress;
            var mark = progress?.Mark() ?? 0;
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            await memory.SaveAsync(_file, cancellationToken: cancellationToken);
            progress?.Saved(mark);
        }
    }

    // Other stores are durable by themselves: there a document that is done is saved.
    private IProgress<IngestionProgress>? Saving(IProgress<IngestionProgress>? progress) =>
        progress is null || _store is not InMemoryVectorStore ? progress : new SavedProgress(progress, current => _progress = current);
}
