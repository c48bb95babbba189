using LocalRag.Connectors.InMemory;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Ingestion.Worker;

/// <summary>An index in a store file, laid out as <c>localrag ingest</c> lays it out, or in a journal, which keeps every single write.</summary>
public sealed class StoreIndex : IDisposable
{
    private readonly InMemoryVectorStore _store;
    private readonly LetterGenerator _generator = new();
    private readonly string _file;

    private StoreIndex(string file)
    {
        _file = file;
        _store = new(new() { EmbeddingGenerator = _generator, JournalPath = IsJournal ? file : null });
        Passages = _store.GetCollection<string, Passage>("passages", Passage.CreateDefinition(LetterGenerator.Dimensions));
        Documents = _store.GetCollection<string, SourceDocument>("documents");
    }

    /// <summary>The passages.</summary>
    public VectorStoreCollection<string, Passage> Passages { get; }

    /// <summary>The ledger.</summary>
    public VectorStoreCollection<string, SourceDocument> Documents { get; }

    private bool IsJournal => _file.EndsWith(".journal", StringComparison.Ordinal);

    /// <summary>Opens the file, or an empty index where there is none; the ending <c>.journal</c> makes it a journal.</summary>
    public static async Task<StoreIndex> OpenAsync(string file, CancellationToken cancellationToken = default)
    {
        var index = new StoreIndex(file);
        if (File.Exists(file) && !index.IsJournal)
        {
            await index._store.LoadAsync(file, cancellationToken: cancellationToken);
        }

        return index;
    }

    /// <summary>Brings the index in step with a folder, saving as often as it may.</summary>
    public async Task<IngestionReport> SynchronizeAsync(string folder, IProgress<IngestionProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var options = new IngestionOptions
        {
            BatchPassages = 8,
            Checkpoint = IsJournal ? null : token => _store.SaveAsync(_file, token),
            CheckpointInterval = TimeSpan.Zero,
        };
        using var indexer = new DocumentIndexer(Passages, Documents, new HeadingChunker(new(64, 0)), _generator, options);
        return await indexer.SynchronizeAsync(FolderListing.Of(folder, cancellationToken: cancellationToken), progress, cancellationToken);
    }

    /// <summary>Everything that is in the index, vectors to the last bit: equal states give equal texts.</summary>
    public async Task<string> DumpAsync(CancellationToken cancellationToken = default)
    {
        var lines = new List<string>();
        var vectors = _store.GetDynamicCollection("passages", VectorDefinition());
        await foreach (var row in vectors.GetAsync(_ => true, int.MaxValue, new() { IncludeVectors = true }, cancellationToken))
        {
            var vector = ((ReadOnlyMemory<float>)row["Embedding"]!).ToArray();
            var properties = row.Where(p => p.Key != "Embedding").OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}");
            lines.Add($"{string.Join(' ', properties)} {Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()))}");
        }

        await foreach (var d in Documents.GetAsync(_ => true, int.MaxValue, cancellationToken: cancellationToken))
        {
            lines.Add($"{d.Id} {d.Title} {d.Bytes} {d.Hash} {d.Stamp} {d.Passages} {d.Warning} {d.Error}");
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Passages.Dispose();
        Documents.Dispose();
        _store.Dispose();
        _generator.Dispose();
    }

    // The same records with the vector itself in place of the text that it is made of.
    private static VectorStoreCollectionDefinition VectorDefinition()
    {
        var definition = Passage.CreateDefinition(LetterGenerator.Dimensions);
        var embedded = definition.Properties.OfType<VectorStoreVectorProperty>().Single();
        definition.Properties.Remove(embedded);
        definition.Properties.Add(new VectorStoreVectorProperty(embedded.Name, typeof(ReadOnlyMemory<float>), LetterGenerator.Dimensions) { DistanceFunction = embedded.DistanceFunction });
        return definition;
    }
}
