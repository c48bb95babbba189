using LocalRag.Cli.Models;
using LocalRag.Connectors.InMemory;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Plugins.Ingestion;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Cli.Documents;

/// <summary>A store file of <c>ingest</c> and <c>ask</c>, opened with the model that belongs to it.</summary>
internal sealed class DocumentStore : IDisposable
{
    private const string PassagesName = "passages";
    private const string DocumentsName = "documents";

    private readonly InMemoryVectorStore _store;
    private readonly BiEncoder _encoder;
    private readonly string _file;

    private DocumentStore(InMemoryVectorStore store, BiEncoder encoder, string file)
    {
        (_store, _encoder, _file) = (store, encoder, file);
        Generator = encoder.AsEmbeddingGenerator();
        var options = new InMemoryCollectionOptions
        {
            Database = store.Database,
            Definition = Passage.CreateDefinition(encoder.Dimensions),
            EmbeddingGenerator = Generator,
            QueryEmbeddingGenerator = encoder.AsEmbeddingGenerator(EmbeddingRole.Query),
        };
        Passages = new InMemoryCollection<string, Passage>(PassagesName, options);
        Documents = store.GetCollection<string, SourceDocument>(DocumentsName);
    }

    public IEmbeddingGenerator<string, Embedding<float>> Generator { get; }

    public InMemoryCollection<string, Passage> Passages { get; }

    public VectorStoreCollection<string, SourceDocument> Documents { get; }

    /// <summary>Opens a store file for ingestion, or begins a new one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="model">The model; null keeps that of the file, and is <c>mini</c> for a new one.</param>
    /// <param name="streams">Where a download shows its progress.</param>
    /// <param name="cancellationToken">Stops loading.</param>
    public static async Task<DocumentStore> OpenOrCreateAsync(string file, string? model, ToolStreams streams, CancellationToken cancellationToken)
    {
        var store = new InMemoryVectorStore();
        try
        {
            if (File.Exists(file))
            {
                await store.LoadAsync(file, cancellationToken: cancellationToken).ConfigureAwait(false);
            }

            var settings = store.GetCollection<string, StoreSettings>(StoreSettings.Collection);
            await settings.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
            var known = await settings.GetAsync(StoreSettings.Key, cancellationToken: cancellationToken).ConfigureAwait(false);
            var name = model ?? known?.Model ?? LocalRag.Models.Mini.MiniModels.Name;
            await settings.UpsertAsync(new StoreSettings { Model = name }, cancellationToken).ConfigureAwait(false);
            return new(store, await ModelArgument.LoadBiEncoderAsync(name, new(), streams, cancellationToken).ConfigureAwait(false), file);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Opens a store file that must exist.</summary>
    public static Task<DocumentStore> OpenAsync(string file, ToolStreams streams, CancellationToken cancellationToken) =>
        File.Exists(file)
            ? OpenOrCreateAsync(file, model: null, streams, cancellationToken)
            : throw new ToolException($"there is no store file '{file}'. Make one with: localrag ingest FOLDER --store {file}");

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _store.SaveAsync(_file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The last is how .NET says that the file system takes no file of this size.
            throw new ToolException($"the store '{_file}' could not be saved: {ToolErrors.Describe(error).TrimEnd('.')}. The file is as it was before; make room or choose another place, and run again.");
        }
    }

    public void Dispose()
    {
        Passages.Dispose();
        Documents.Dispose();
        _store.Dispose();
        _encoder.Dispose();
    }
}
