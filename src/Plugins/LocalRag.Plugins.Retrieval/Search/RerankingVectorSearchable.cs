using Microsoft.Extensions.Logging;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval;

/// <summary>A vector search whose results are reranked: put it before any collection, and whoever takes an <see cref="IVectorSearchable{TRecord}"/> gets the better order.</summary>
/// <remarks>
/// Fetches at least <see cref="RerankingOptions.Candidates"/> results, reranks them, and returns as many as asked for. The score
/// of a result is the reranker's; <see cref="SearchHitsAsync"/> tells both. Results beyond the candidates follow without a score.
/// Only a search by text can be reranked: one by a vector passes untouched, as <c>VectorStoreTextSearch</c>
/// makes when it is given a generator of its own. Safe for concurrent calls; owns neither search nor reranker.
/// </remarks>
/// <typeparam name="TRecord">The record type.</typeparam>
public sealed class RerankingVectorSearchable<TRecord> : IVectorSearchable<TRecord>
    where TRecord : class
{
    private readonly IVectorSearchable<TRecord> _inner;
    private readonly RecordReranker<TRecord> _reranker;

    /// <summary>Creates the decorator.</summary>
    /// <param name="inner">The search whose results are reranked.</param>
    /// <param name="reranker">Orders the results.</param>
    /// <param name="options">How to rerank; null for the defaults.</param>
    /// <param name="loggerFactory">Where failures that are survived are logged; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The record type does not say which property is its text, and no selector does.</exception>
    public RerankingVectorSearchable(
        IVectorSearchable<TRecord> inner, IReranker reranker, RerankingSearchOptions<TRecord>? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _reranker = new RecordReranker<TRecord>(reranker, options, loggerFactory?.CreateLogger<RerankingVectorSearchable<TRecord>>());
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        RecordReranker<TRecord>.Applies(searchValue, out string? query)
            ? RecordReranker<TRecord>.ResultsAsync(token => SearchHitsAsync(query, top, options, token), cancellationToken)
            : _inner.SearchAsync(searchValue, top, options, cancellationToken);

    /// <summary>Searches and reranks, and tells ranks and scores of both stages.</summary>
    /// <param name="query">The question.</param>
    /// <param name="top">How many hits to return at the most, 1 or more.</param>
    /// <param name="options">Filter, skip and the like for the search; null for the defaults.</param>
    /// <param name="cancellationToken">Stops search and reranking.</param>
    /// <returns>The hits, best first.</returns>
    /// <exception cref="ArgumentException"><paramref name="query"/> is blank.</exception>
    public Task<IReadOnlyList<RerankedHit<TRecord>>> SearchHitsAsync(
        string query, int top, VectorSearchOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
    {
        var wide = new VectorSearchOptions<TRecord>
        {
            Filter = options?.Filter,
            VectorProperty = options?.VectorProperty,
            IncludeVectors = options?.IncludeVectors ?? false,
            ScoreThreshold = options?.ScoreThreshold,
        };
        return _reranker.SearchAsync(query, top, options?.Skip ?? 0, window => _inner.SearchAsync(query, window, wide, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        _reranker.GetService(this, serviceType, serviceKey) ?? _inner.GetService(serviceType, serviceKey);
}
