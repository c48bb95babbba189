using System.Collections.Concurrent;
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
    private const string UploadPrefix = "uploads/";

    private readonly DemoSettings _settings;
    private readonly VectorStore _store;
    private readonly DocumentIndexer _indexer;
    private readonly string _file;
    private ConcurrentDictionary<string, SourceFile> _files = new(StringComparer.Ordinal);
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
        Uploads = Path.Combine(folder, "uploads");
        _indexer = new(passages, documents, chunker, generator, new() { Checkpoint = SaveAsync });
    }

    /// <summary>Where uploaded files are kept.</summary>
    public string Uploads { get; }

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
        _files = new(listing.Files.ToDictionary(f => f.Id, StringComparer.Ordinal), StringComparer.Ordinal);
        var report = await _indexer.SynchronizeAsync(listing, progress, cancellationToken);
        _documentCount = report.Added.Count + report.Changed.Count + report.Unchanged;
        return report;
    }

    /// <summary>Indexes uploaded files.</summary>
    public async Task<IngestionReport> AddAsync(IReadOnlyList<SourceFile> files, IProgress<IngestionProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            _files[file.Id] = file;
        }

        return await _indexer.AddAsync(files, progress, cancellationToken);
    }

    /// <summary>The file behind an indexed document. Only what a listing found is ever opened, so no identifier can lead elsewhere.</summary>
    public SourceFile? FileOf(string documentId) => _files.GetValueOrDefault(documentId);

    /// <summary>The file that an upload of this name becomes.</summary>
    public SourceFile UploadOf(string fileName) => new(UploadPrefix + fileName, Path.Combine(Uploads, fileName));

    /// <summary>Whether a document was uploaded, and so can be deleted.</summary>
    public static bool IsUpload(string documentId) => documentId.StartsWith(UploadPrefix, StringComparison.Ordinal);

    /// <summary>Deletes an uploaded document, file and passages.</summary>
    public async Task<bool> DeleteAsync(string documentId, CancellationToken cancellationToken)
    {
        if (_files.TryRemove(documentId, out var file))
        {
            File.Delete(file.Path);
        }

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

        return Directory.Exists(Uploads) ? all!.With(FolderListing.Of(Uploads, UploadPrefix, cancellationToken: cancellationToken)) : all!;
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_store is InMemoryVectorStore memory)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            await memory.SaveAsync(_file, cancellationToken: cancellationToken);
        }
    }
}
