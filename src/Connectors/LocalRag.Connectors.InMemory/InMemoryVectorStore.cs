using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>A vector store in the memory of the process: exact search at the speed of memory, no service.</summary>
/// <remarks>Safe for concurrent use. Disposing the store leaves its data to the collections and stores that still use them.</remarks>
public sealed class InMemoryVectorStore : VectorStore
{
    private readonly InMemoryVectorStoreOptions _options;
    private readonly VectorStoreMetadata _metadata;
    private bool _disposed;

    /// <summary>Creates a store.</summary>
    /// <param name="options">Generators, database, defaults of collections; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public InMemoryVectorStore(InMemoryVectorStoreOptions? options = null)
    {
        options?.Validate();
        _options = options?.Clone() ?? new InMemoryVectorStoreOptions();
        Database = _options.Database ??= new InMemoryDatabase();
        _metadata = new VectorStoreMetadata { VectorStoreSystemName = Errors.SystemName, VectorStoreName = _options.Name };
    }

    /// <summary>The collections of this store; pass it to another store or collection to share them.</summary>
    public InMemoryDatabase Database { get; }

    /// <inheritdoc/>
    [RequiresDynamicCode("Mapping classes to columns is not compatible with NativeAOT. Use GetDynamicCollection instead.")]
    [RequiresUnreferencedCode("Mapping classes to columns is not compatible with trimming. Use GetDynamicCollection instead.")]
    public override InMemoryCollection<TKey, TRecord> GetCollection<TKey, TRecord>(string name, VectorStoreCollectionDefinition? definition = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (typeof(TRecord) == typeof(Dictionary<string, object?>))
            throw new ArgumentException(VectorDataStrings.GetCollectionWithDictionaryNotSupported);
        return new InMemoryCollection<TKey, TRecord>(name, CollectionOptions(definition), _options.Name);
    }

    /// <inheritdoc/>
    public override InMemoryDynamicCollection GetDynamicCollection(string name, VectorStoreCollectionDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new InMemoryDynamicCollection(name, CollectionOptions(definition), _options.Name);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<string> ListCollectionNamesAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return AsyncSequence.From(_ => Database.Collections.Keys.Order(StringComparer.Ordinal), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Database.Collections.ContainsKey(name));
    }

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        Database.Remove(name);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(VectorStoreMetadata) ? _metadata
            : serviceType == typeof(InMemoryDatabase) ? Database
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        base.Dispose(disposing);
    }

    private InMemoryCollectionOptions CollectionOptions(VectorStoreCollectionDefinition? definition) => new()
    {
        Definition = definition,
        EmbeddingGenerator = _options.EmbeddingGenerator,
        // The store's query generator belongs to the store's document generator, not to one that a definition brings.
        QueryEmbeddingGenerator = definition?.EmbeddingGenerator is null ? _options.QueryEmbeddingGenerator : null,
        Database = Database,
        KeywordAnalysis = _options.KeywordAnalysis,
        MaxSearchThreads = _options.MaxSearchThreads,
    };
}
