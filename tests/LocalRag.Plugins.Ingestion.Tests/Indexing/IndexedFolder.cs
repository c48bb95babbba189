using LocalRag.Connectors.InMemory;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Ingestion.Tests.Indexing;

/// <summary>A folder on disk and the index of it in a real store.</summary>
internal sealed class IndexedFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("localrag-ingest");
    private readonly InMemoryVectorStore _store;

    public IndexedFolder(CountingGenerator? generator = null)
    {
        Generator = generator ?? new CountingGenerator();
        _store = new(new() { EmbeddingGenerator = Generator });
        Passages = _store.GetCollection<string, Passage>("passages", Passage.CreateDefinition(4));
        Documents = _store.GetCollection<string, SourceDocument>("documents");
    }

    public CountingGenerator Generator { get; }

    public VectorStoreCollection<string, Passage> Passages { get; }

    public VectorStoreCollection<string, SourceDocument> Documents { get; }

    public string Path => _folder.FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public DocumentIndexer Indexer(int maxTokens = 64, CountingGenerator? space = null, IngestionOptions? options = null) =>
        new(Passages, Documents, new HeadingChunker(new(maxTokens, 0)), space ?? Generator, options);

    public async Task<IngestionReport> Synchronize(int maxTokens = 64, CountingGenerator? space = null, IngestionOptions? options = null)
    {
        using var indexer = Indexer(maxTokens, space, options);
        return await indexer.SynchronizeAsync(FolderListing.Of(Path, cancellationToken: Token), cancellationToken: Token);
    }

    /// <summary>Everything in the index, as one text: equal states give equal texts.</summary>
    public async Task<string> Dump()
    {
        var lines = new List<string>();
        await foreach (var p in Passages.GetAsync(_ => true, int.MaxValue, cancellationToken: Token))
        {
            lines.Add($"{p.Id} {p.Title} {p.HeadingPath} {p.Start} {p.End} {p.Text}");
        }

        await foreach (var d in Documents.GetAsync(_ => true, int.MaxValue, cancellationToken: Token))
        {
            lines.Add($"{d.Id} {d.Title} {d.Bytes} {d.Hash} {d.Stamp} {d.Passages} {d.Error}");
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
    }
}
