using System.Linq.Expressions;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory;

/// <summary>A collection whose records are dictionaries, described by a definition; otherwise as <see cref="InMemoryCollection{TKey, TRecord}"/>.</summary>
/// <remarks>Safe for concurrent use, and for ahead-of-time compilation.</remarks>
public sealed class InMemoryDynamicCollection : VectorStoreCollection<object, Dictionary<string, object?>>, IKeywordHybridSearchable<Dictionary<string, object?>>
{
    private readonly CollectionCore<object, Dictionary<string, object?>> _core;

    /// <summary>Opens a collection; it need not exist yet.</summary>
    /// <param name="name">The name of the collection, not empty.</param>
    /// <param name="options">Must hold a definition.</param>
    /// <exception cref="ArgumentException">The options hold no definition.</exception>
    /// <exception cref="NotSupportedException">A property cannot be stored.</exception>
    public InMemoryDynamicCollection(string name, InMemoryCollectionOptions options)
        : this(name, options, null)
    {
    }

    internal InMemoryDynamicCollection(string name, InMemoryCollectionOptions options, string? storeName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Definition is null)
            throw new ArgumentException("Expected a definition: dictionaries do not describe themselves. Set InMemoryCollectionOptions.Definition.", nameof(options));
        // The builder looks at the definition's own generator for classes only.
        var model = new InMemoryModelBuilder().BuildDynamic(options.Definition, options.Definition.EmbeddingGenerator ?? options.EmbeddingGenerator);
        _core = new CollectionCore<object, Dictionary<string, object?>>(CollectionSettings.Create(name, model, options, storeName));
    }

    /// <inheritdoc/>
    public override string Name => _core.Settings.Name;

    /// <inheritdoc/>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_core.Exists());
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A collection of this name exists and cannot hold these records.</exception>
    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _core.EnsureExistsAsync();
    }

    /// <inheritdoc/>
    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _core.EnsureDeletedAsync();
    }

    /// <inheritdoc/>
    public override Task<Dictionary<string, object?>?> GetAsync(object key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_core.Get(key, options));
    }

    /// <inheritdoc/>
    /// <remarks>All keys are looked up in one snapshot, so a batch upsert is seen whole or not at all.</remarks>
    public override IAsyncEnumerable<Dictionary<string, object?>> GetAsync(IEnumerable<object> keys, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return AsyncSequence.From(token => _core.Get(keys.ToArray(), options, token), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<Dictionary<string, object?>> GetAsync(
        Expression<Func<Dictionary<string, object?>, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<Dictionary<string, object?>>? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return AsyncSequence.From(token => _core.Get(filter, top, options, token), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(object key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        return _core.DeleteAsync([key]);
    }

    /// <inheritdoc/>
    /// <remarks>All keys are deleted at once.</remarks>
    public override Task DeleteAsync(IEnumerable<object> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        cancellationToken.ThrowIfCancellationRequested();
        return _core.DeleteAsync(keys.ToArray());
    }

    /// <inheritdoc/>
    public override Task UpsertAsync(Dictionary<string, object?> record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return _core.UpsertAsync([record], cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The batch becomes visible at once, after one call of the embedding generator per vector property; of two records with one key the later one counts.</remarks>
    public override Task UpsertAsync(IEnumerable<Dictionary<string, object?>> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        return _core.UpsertAsync(records.ToArray(), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<VectorSearchResult<Dictionary<string, object?>>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Dictionary<string, object?>>? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(searchValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return _core.SearchAsync(searchValue, top, options ?? new(), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<VectorSearchResult<Dictionary<string, object?>>> HybridSearchAsync<TInput>(
        TInput searchValue, ICollection<string> keywords, int top, HybridSearchOptions<Dictionary<string, object?>>? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        AsyncSequence.Select(
            HybridSearchWithLegsAsync(searchValue, keywords, top, options, cancellationToken),
            static hit => new VectorSearchResult<Dictionary<string, object?>>(hit.Record, hit.Score),
            cancellationToken);

    /// <summary>As <see cref="HybridSearchAsync"/>, with rank and score of both searches beside the fused score.</summary>
    /// <typeparam name="TInput">The type of the search value.</typeparam>
    /// <param name="searchValue">A vector, or a value that the embedding generator takes.</param>
    /// <param name="keywords">Texts whose words are searched for; a record that holds any of them is listed.</param>
    /// <param name="top">How many results at most, 1 or more.</param>
    /// <param name="options">Filter, properties, paging; an <see cref="InMemoryHybridSearchOptions{TRecord}"/> also chooses the fusion.</param>
    /// <param name="cancellationToken">Stops the search between chunks.</param>
    /// <returns>The results, best first.</returns>
    public IAsyncEnumerable<HybridSearchHit<Dictionary<string, object?>>> HybridSearchWithLegsAsync<TInput>(
        TInput searchValue, ICollection<string> keywords, int top, HybridSearchOptions<Dictionary<string, object?>>? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        ArgumentNullException.ThrowIfNull(searchValue);
        ArgumentNullException.ThrowIfNull(keywords);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return _core.HybridSearchAsync(searchValue, keywords, top, options ?? new(), cancellationToken);
    }

    /// <summary>Saves this collection to a file, as <see cref="InMemoryVectorStore.SaveAsync(string, CancellationToken)"/> saves a whole store.</summary>
    /// <param name="path">The file; it is replaced at once when everything is written.</param>
    /// <param name="cancellationToken">Stops the work; the old file stays.</param>
    /// <returns>A task that ends when the file is on disk.</returns>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) =>
        StoreFile.SaveAsync(path, () => [_core.Bind().Data], cancellationToken);

    /// <summary>Saves this collection to a stream, which stays open.</summary>
    /// <param name="stream">A stream to write to; it need not seek.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when everything is written.</returns>
    public Task SaveAsync(Stream stream, CancellationToken cancellationToken = default) =>
        StoreFile.SaveAsync(stream, () => [_core.Bind().Data], cancellationToken);

    /// <summary>Replaces this collection by the one of the same name in a file.</summary>
    /// <param name="path">A file that a store or a collection has saved.</param>
    /// <param name="verifyOnLoad">Checks every block at once, instead of when it is first used.</param>
    /// <param name="cancellationToken">Stops the work; nothing is replaced then.</param>
    /// <returns>A task that ends when the collection can be searched.</returns>
    /// <exception cref="InvalidDataException">The file is foreign, damaged, incomplete, of another version, or lacks the collection.</exception>
    public async Task LoadAsync(string path, bool verifyOnLoad = false, CancellationToken cancellationToken = default) =>
        await _core.AdoptAsync(await StoreFile.LoadAsync(path, verifyOnLoad, cancellationToken).ConfigureAwait(false), path).ConfigureAwait(false);

    /// <summary>Replaces this collection by the one of the same name in a stream.</summary>
    /// <param name="stream">A stream that a store or a collection has filled, of at most 2 GB; read to its end.</param>
    /// <param name="verifyOnLoad">Checks every block at once, instead of when it is first used.</param>
    /// <param name="cancellationToken">Stops the work; nothing is replaced then.</param>
    /// <returns>A task that ends when the collection can be searched.</returns>
    /// <exception cref="InvalidDataException">The data are foreign, damaged, incomplete, of another version, or lack the collection.</exception>
    public async Task LoadAsync(Stream stream, bool verifyOnLoad = false, CancellationToken cancellationToken = default) =>
        await _core.AdoptAsync(await StoreFile.LoadAsync(stream, verifyOnLoad, cancellationToken).ConfigureAwait(false), "the stream").ConfigureAwait(false);

    /// <inheritdoc/>
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(VectorStoreCollectionMetadata) ? _core.Metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    /// <remarks>The data stay in the database; only this object stops working.</remarks>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _core.Dispose();
        base.Dispose(disposing);
    }
}
