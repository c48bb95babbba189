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
    private readonly Journal? _journal;
    private bool _disposed;

    /// <summary>Creates a store.</summary>
    /// <param name="options">Generators, database, defaults of collections; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged before its end.</exception>
    /// <exception cref="IOException">The journal is in use by another store.</exception>
    /// <exception cref="InvalidOperationException">The database has a journal already, kept by another store.</exception>
    public InMemoryVectorStore(InMemoryVectorStoreOptions? options = null)
    {
        options?.Validate();
        _options = options?.Clone() ?? new InMemoryVectorStoreOptions();
        Database = _options.Database ??= new InMemoryDatabase();
        _metadata = new VectorStoreMetadata { VectorStoreSystemName = Errors.SystemName, VectorStoreName = _options.Name };
        if (_options.JournalPath is { } path)
            _journal = Journal.Open(path, Database, _options.JournalFlushesToDisk);
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
        return Database.CommitAsync();
    }

    /// <summary>Saves all collections to a file: their state at the time of the call, whatever is written meanwhile.</summary>
    /// <param name="path">The file; its directory is created. It is replaced at once when everything is written, so that a crash leaves the old file.</param>
    /// <param name="cancellationToken">Stops the work; the old file stays.</param>
    /// <returns>A task that ends when the file is on disk.</returns>
    /// <exception cref="IOException">The file cannot be written; on Windows also while it is loaded somewhere.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return StoreFile.SaveAsync(path, () => InOrder(), cancellationToken);
    }

    /// <summary>Saves all collections to a stream, which stays open.</summary>
    /// <param name="stream">A stream to write to; it need not seek.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when everything is written.</returns>
    public Task SaveAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return StoreFile.SaveAsync(stream, () => InOrder(), cancellationToken);
    }

    /// <summary>Loads the collections of a file, replacing those of the same names.</summary>
    /// <remarks>Vectors are mapped, not read: the first search reads codes, and the few full vectors that it needs.</remarks>
    /// <param name="path">A file that <see cref="SaveAsync(string, CancellationToken)"/> has written.</param>
    /// <param name="verifyOnLoad">Checks every block at once, instead of when it is first used.</param>
    /// <param name="cancellationToken">Stops the work; nothing is replaced then.</param>
    /// <returns>A task that ends when the collections can be searched.</returns>
    /// <exception cref="InvalidDataException">The file is foreign, damaged, incomplete or of another version.</exception>
    public async Task LoadAsync(string path, bool verifyOnLoad = false, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Database.Replace(await StoreFile.LoadAsync(path, verifyOnLoad, cancellationToken).ConfigureAwait(false));
        await Database.CommitAsync().ConfigureAwait(false);
    }

    /// <summary>Loads the collections of a stream into memory, replacing those of the same names.</summary>
    /// <param name="stream">A stream that <see cref="SaveAsync(Stream, CancellationToken)"/> has filled, of at most 2 GB; read to its end.</param>
    /// <param name="verifyOnLoad">Checks every block at once, instead of when it is first used.</param>
    /// <param name="cancellationToken">Stops the work; nothing is replaced then.</param>
    /// <returns>A task that ends when the collections can be searched.</returns>
    /// <exception cref="InvalidDataException">The data are foreign, damaged, incomplete or of another version.</exception>
    public async Task LoadAsync(Stream stream, bool verifyOnLoad = false, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Database.Replace(await StoreFile.LoadAsync(stream, verifyOnLoad, cancellationToken).ConfigureAwait(false));
        await Database.CommitAsync().ConfigureAwait(false);
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
        if (disposing && !_disposed && _journal is not null)
        {
            Database.Detach();
            _journal.Dispose();
        }

        _disposed = true;
        base.Dispose(disposing);
    }

    private IEnumerable<CollectionData> InOrder() => Database.Collections.Values.OrderBy(c => c.Name, StringComparer.Ordinal);

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
