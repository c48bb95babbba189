using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.SemanticKernel;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Reranks what the search functions of a kernel return, without a change to them.</summary>
/// <remarks>
/// A search function is one whose metadata declares <c>KernelSearchResults</c>, as all that Semantic Kernel's text search
/// makes do, or one that <see cref="RerankingFilterOptions.Include"/> names. The filter asks it for
/// <see cref="RerankingOptions.Candidates"/> results, reranks them, and keeps as many as the call wanted; the list stays
/// a <see cref="List{T}"/> of the same type, and <see cref="RerankScores.MetadataKey"/> in the result's metadata
/// tells ranks and scores. Streaming calls and all other functions pass untouched.
/// <para>
/// Filters run for <c>Kernel.InvokeAsync</c>, in prompt templates and in Semantic Kernel's automatic function calling. They do not
/// run where a function is called as a plain <c>AIFunction</c> or by <c>TextSearchProvider</c>: there use
/// <see cref="RerankingTextSearch{TRecord}"/> or <see cref="RerankingVectorSearchable{TRecord}"/>. Safe for concurrent calls.
/// </para>
/// </remarks>
public sealed class RerankingFunctionFilter : IFunctionInvocationFilter
{
    private readonly RerankingFilterOptions _options;
    private readonly SearchFunctions _functions;
    private readonly RerankStage _stage;
    private readonly Func<IReranker> _reranker;

    /// <summary>Creates a filter over a reranker, which stays the caller's to dispose.</summary>
    /// <param name="reranker">Orders the results.</param>
    /// <param name="options">Which functions, how many candidates; null for the defaults.</param>
    /// <param name="loggerFactory">Where failures that are survived are logged; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public RerankingFunctionFilter(IReranker reranker, RerankingFilterOptions? options = null, ILoggerFactory? loggerFactory = null)
        : this(() => reranker, options, loggerFactory) => ArgumentNullException.ThrowIfNull(reranker);

    // A kernel creates its filters at once; the model behind the reranker should open only when it is first needed.
    internal RerankingFunctionFilter(Func<IReranker> reranker, RerankingFilterOptions? options, ILoggerFactory? loggerFactory, TimeProvider? timeProvider = null)
    {
        _options = (options ?? new RerankingFilterOptions()).Snapshot();
        _functions = new SearchFunctions(_options);
        _stage = new RerankStage(_options, (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<RerankingFunctionFilter>(), timeProvider);
        _reranker = reranker;
    }

    /// <inheritdoc/>
    public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (context.IsStreaming ||
            !_functions.Contains(context.Function) ||
            !context.Arguments.TryGetValue(_options.QueryParameter, out object? given) ||
            given?.ToString() is not string query || string.IsNullOrWhiteSpace(query) ||
            !SearchWindow.TryOpen(context.Function, context.Arguments, _options, out var window))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        using (window)
        using (RerankScope.Enter())
        {
            await next(context).ConfigureAwait(false);
        }

        if (context.Result.GetValue<object>() is { } value && ResultList.Items(value) is { } items)
        {
            context.Result = await RerankAsync(context, query, value, items, window.Skip, window.Count).ConfigureAwait(false);
        }
    }

    private async Task<FunctionResult> RerankAsync(
        FunctionInvocationContext context, string query, object value, IReadOnlyList<object?> items, int skip, int count)
    {
        string[] texts = [.. items.Select(item => _options.TextSelector is { } text && item is not null ? text(item) : RecordText.Of(item))];
        double?[]? searchScores = SearchScore.OfAll(items);
        var outcome = await _stage.RunAsync(_reranker, query, texts, searchScores, context.CancellationToken).ConfigureAwait(false);
        var kept = outcome.Kept.Skip(skip).Take(count).ToArray();
        var metadata = new Dictionary<string, object?>(context.Result.Metadata ?? new Dictionary<string, object?>())
        {
            [RerankScores.MetadataKey] = kept.Select(k => k.Scores).ToList(),
        };
        return new FunctionResult(context.Function, ResultList.Like(value, kept.Select(k => items[k.Index])), context.Result.Culture, metadata);
    }
}
