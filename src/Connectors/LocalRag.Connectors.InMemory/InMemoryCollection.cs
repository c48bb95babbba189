using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory;

/// <summary>Records of one type in memory: exact SIMD vector search, filters, keyword and hybrid search.</summary>
/// <typeparam name="TKey">string, Guid, int, long, uint or ulong.</typeparam>
/// <typeparam name="TRecord">A class with a public parameterless constructor, described by attributes or a definition.</typeparam>
/// <remarks>
/// Safe for concurrent use. Records are copied in and out. Reads work on a snapshot and never wait for writers; a batch
/// becomes visible at once. Equal scores rank by order of insertion; NaN never ranks; a zero vector has cosine 0.
/// </remarks>
public sealed class InMemoryCollection<TKey, TRecord> : VectorStoreCollection<TKey, TRecord>, IKeywordHybridSearchable<TRecord>, IKeywordSearchable<TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly CollectionCore<TKey, TRecord> _core;

    /// <summary>Opens a collection; it need not exist yet.</summary>
    /// <param name="name">The name of the collection, not empty.</param>
    /// <param name="options">Definition, generators, database; null for the record's attributes and a database of its own.</param>
    /// <exception cref="NotSupportedException">The record type or one of its properties cannot be stored.</exception>
    /// <exception cref="InvalidOperationException">The definition contradicts the record type.</exception>
    [RequiresDynamicCode("Mapping classes to columns is not compatible with NativeAOT. Use InMemoryDynamicCollection instead.")]
    [RequiresUnreferencedCode("Mapping classes to columns is not compatible with trimming. Use InMemoryDynamicCollection instead.")]
    public InMemoryCollection(string name, InMemoryCollectionOptions? options = null)
        : this(name, options, null)
    {
    }

    [RequiresDynamicCode("Mapping classes to columns is not compatible with NativeAOT.")]
    [RequiresUnreferencedCode("Mapping classes to columns is not compatible with trimming.")]
    internal InMemoryCollection(string name, InMemoryCollectionOptions? options, string? storeName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (typeof(TRecord) == typeof(Dictionary<string, object?>))
            throw new NotSupportedException(Microsoft.Extensions.VectorData.ProviderServices.VectorDataStrings.NonDynamicCollectionWithDictionaryNotSupported(typeof(InMemoryDynamicCollection)));
        var model = new InMemoryModelBuilder().Build(typeof(TRecord), typeof(TKey), options?.Definition, options?.EmbeddingGenerator);
        _core = new CollectionCore<TKey, TRecord>(CollectionSettings.Create(name, model, options, storeName));
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
    public override Task<TRecord?> GetAsync(TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_core.Get(key, options));
    }

    /// <inheritdoc/>
    /// <remarks>All keys are looked up in one snapshot, so a batch upsert is seen whole or not at all.</remarks>
    public override IAsyncEnumerable<TRecord> GetAsync(IEnumerable<TKey> keys, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return AsyncSequence.From(token => _core.Get(keys.ToArray(), options, token), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<TRecord>? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return AsyncSequence.From(token => _core.Get(filter, top, options, token), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        cancellationToken.ThrowIfCancellationRequested();
        return _core.DeleteAsync([key]);
    }

    /// <inheritdoc/>
    /// <remarks>All keys are deleted at once.</remarks>
    public override Task DeleteAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        cancellationToken.ThrowIfCancellationRequested();
        return _core.DeleteAsync(keys.ToArray());
    }

    /// <inheritdoc/>
    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return _core.UpsertAsync([record], cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The batch becomes visible at once, after one call of the embedding generator per vector property; of two records with one key the later one counts.</remarks>
    public override Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        return _core.UpsertAsync(records.ToArray(), cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(searchValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return _core.SearchAsync(searchValue, top, options ?? new(), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<VectorSearchResult<TRecord>> HybridSearchAsync<TInput>(
        TInput searchValue, ICollection<string> keywords, int top, HybridSearchOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        AsyncSequence.Select(
            HybridSearchWithLegsAsync(searchValue, keywords, top, options, cancellationToken),
            static hit => new VectorSearchResult<TRecord>(hit.Record, hit.Score),
            cancellationToken);

    /// <summary>As <see cref="HybridSearchAsync"/>, with rank and score of both searches beside the fused score.</summary>
    /// <typeparam name="TInput">The type of the search value.</typeparam>
    /// <param name="searchValue">A vector, or a value that the embedding generator takes.</param>
    /// <param name="keywords">Texts whose words are searched for; a record that holds any of them is listed.</param>
    /// <param name="top">How many results at most, 1 or more.</param>
    /// <param name="options">Filter, properties, paging; an <see cref="InMemoryHybridSearchOptions{TRecord}"/> also chooses the fusion.</param>
    /// <param name="cancellationToken">Stops the search between chunks.</param>
    /// <returns>The results, best first.</returns>
    public IAsyncEnumerable<HybridSearchHit<TRecord>> HybridSearchWithLegsAsync<TInput>(
        TInput searchValue, ICollection<string> keywords, int top, HybridSearchOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        ArgumentNullException.ThrowIfNull(searchValue);
        ArgumentNullException.ThrowIfNull(keywords);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return _core.HybridSearchAsync(searchValue, keywords, top, options ?? new(), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<VectorSearchResult<TRecord>> KeywordSearchAsync(
        ICollection<string> keywords, int top, HybridSearchOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keywords);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return AsyncSequence.From(token => _core.SearchKeywords(keywords, top, options ?? new(), token), cancellationToken);
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
