using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval;

/// <summary>A text search whose results are reranked: put it before any <see cref="ITextSearch{TRecord}"/>, for plug-ins, agents and <c>TextSearchProvider</c>.</summary>
/// <remarks>
/// Fetches at least <see cref="RerankingOptions.Candidates"/> results, reranks them, and returns as many as asked for; ranks
/// and scores stand in the result's metadata under <see cref="RerankScores.MetadataKey"/>, in the order of the results.
/// The older <c>ITextSearch</c> that some parts of Semantic Kernel still want is served too. Safe for concurrent calls; owns neither
/// search nor reranker.
/// </remarks>
/// <typeparam name="TRecord">The record type.</typeparam>
#pragma warning disable CS0618 // TextSearchProvider and the plug-in factories take nothing but the older ITextSearch.
public sealed class RerankingTextSearch<TRecord> : ITextSearch<TRecord>, ITextSearch
    where TRecord : class
{
    private readonly ITextSearch<TRecord> _inner;
    private readonly IReranker _reranker;
    private readonly RerankingSearchOptions<TRecord> _options;
    private readonly RerankStage _stage;
    private readonly Func<TRecord, string> _text;

    /// <summary>Creates the decorator.</summary>
    /// <param name="inner">The search whose results are reranked.</param>
    /// <param name="reranker">Orders the results.</param>
    /// <param name="options">How to rerank; null for the defaults.</param>
    /// <param name="loggerFactory">Where failures that are survived are logged; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public RerankingTextSearch(ITextSearch<TRecord> inner, IReranker reranker, RerankingSearchOptions<TRecord>? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(reranker);
        _inner = inner;
        _reranker = reranker;
        _options = (RerankingSearchOptions<TRecord>)(options ?? new RerankingSearchOptions<TRecord>()).Snapshot();
        _stage = new RerankStage(_options, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<RerankingTextSearch<TRecord>>());
        _text = _options.TextSelector ?? (static record => RecordText.Of(record));
    }

    /// <inheritdoc/>
    public Task<KernelSearchResults<string>> SearchAsync(string query, TextSearchOptions<TRecord>? searchOptions = null, CancellationToken cancellationToken = default) =>
        RunAsync(query, searchOptions?.Top, searchOptions?.Skip, window => _inner.SearchAsync(query, Widen(searchOptions, window), cancellationToken), static text => text, cancellationToken);

    /// <inheritdoc/>
    public Task<KernelSearchResults<TextSearchResult>> GetTextSearchResultsAsync(
        string query, TextSearchOptions<TRecord>? searchOptions = null, CancellationToken cancellationToken = default) =>
        RunAsync(query, searchOptions?.Top, searchOptions?.Skip, window => _inner.GetTextSearchResultsAsync(query, Widen(searchOptions, window), cancellationToken), static result => result.Value, cancellationToken);

    /// <inheritdoc/>
    public Task<KernelSearchResults<TRecord>> GetSearchResultsAsync(string query, TextSearchOptions<TRecord>? searchOptions = null, CancellationToken cancellationToken = default) =>
        RunAsync(query, searchOptions?.Top, searchOptions?.Skip, window => _inner.GetSearchResultsAsync(query, Widen(searchOptions, window), cancellationToken), _text, cancellationToken);

    Task<KernelSearchResults<string>> ITextSearch.SearchAsync(string query, TextSearchOptions? searchOptions, CancellationToken cancellationToken) =>
        RunAsync(query, searchOptions?.Top, searchOptions?.Skip, window => Older().SearchAsync(query, Widen(searchOptions, window), cancellationToken), static text => text, cancellationToken);

    Task<KernelSearchResults<TextSearchResult>> ITextSearch.GetTextSearchResultsAsync(string query, TextSearchOptions? searchOptions, CancellationToken cancellationToken) =>
        RunAsync(query, searchOptions?.Top, searchOptions?.Skip, window => Older().GetTextSearchResultsAsync(query, Widen(searchOptions, window), cancellationToken), static result => result.Value, cancellationToken);

    Task<KernelSearchResults<object>> ITextSearch.GetSearchResultsAsync(string query, TextSearchOptions? searchOptions, CancellationToken cancellationToken) =>
        RunAsync(query, searchOptions?.Top, searchOptions?.Skip, window => Older().GetSearchResultsAsync(query, Widen(searchOptions, window), cancellationToken),
            result => result is TRecord record ? _text(record) : RecordText.Of(result), cancellationToken);

    private async Task<KernelSearchResults<T>> RunAsync<T>(
        string query, int? top, int? skip, Func<(int Top, int Skip), Task<KernelSearchResults<T>>> search, Func<T, string> text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        int count = top ?? _options.Top, first = skip ?? 0;
        if (RerankScope.IsInside || string.IsNullOrWhiteSpace(query) || count < 1 || first < 0)
        {
            return await search((count, first)).ConfigureAwait(false);
        }

        var found = await search((Math.Max(_options.Candidates, (int)Math.Min((long)first + count, int.MaxValue)), 0)).ConfigureAwait(false);
        var items = new List<T>();
        await foreach (var item in found.Results.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            items.Add(item);
        }

        var outcome = await _stage.RunAsync(() => _reranker, query, [.. items.Select(text)], searchScores: null, cancellationToken).ConfigureAwait(false);
        var kept = outcome.Kept.Skip(first).Take(count).ToArray();
        var metadata = new Dictionary<string, object?>(found.Metadata ?? new Dictionary<string, object?>())
        {
            [RerankScores.MetadataKey] = kept.Select(k => k.Scores).ToList(),
        };
        return new KernelSearchResults<T>(kept.Select(k => items[k.Index]).ToAsyncEnumerable(), found.TotalCount, metadata);
    }

    private static TextSearchOptions<TRecord> Widen(TextSearchOptions<TRecord>? options, (int Top, int Skip) window) => new()
    {
        Top = window.Top,
        Skip = window.Skip,
        Filter = options?.Filter,
        IncludeTotalCount = options?.IncludeTotalCount ?? false,
    };

    private static TextSearchOptions Widen(TextSearchOptions? options, (int Top, int Skip) window) => new()
    {
        Top = window.Top,
        Skip = window.Skip,
        Filter = options?.Filter,
        IncludeTotalCount = options?.IncludeTotalCount ?? false,
    };

    private ITextSearch Older() => _inner as ITextSearch ?? new ModernTextSearch<TRecord>(_inner);
}
