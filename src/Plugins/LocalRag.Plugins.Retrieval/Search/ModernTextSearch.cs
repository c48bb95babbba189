using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Serves the older <c>ITextSearch</c> from a search that has only the newer interface.</summary>
#pragma warning disable CS0618 // It exists for callers of the older interface.
internal sealed class ModernTextSearch<TRecord>(ITextSearch<TRecord> inner) : ITextSearch
    where TRecord : class
{
    public Task<KernelSearchResults<string>> SearchAsync(string query, TextSearchOptions? searchOptions = null, CancellationToken cancellationToken = default) =>
        inner.SearchAsync(query, Convert(searchOptions), cancellationToken);

    public Task<KernelSearchResults<TextSearchResult>> GetTextSearchResultsAsync(string query, TextSearchOptions? searchOptions = null, CancellationToken cancellationToken = default) =>
        inner.GetTextSearchResultsAsync(query, Convert(searchOptions), cancellationToken);

    public async Task<KernelSearchResults<object>> GetSearchResultsAsync(string query, TextSearchOptions? searchOptions = null, CancellationToken cancellationToken = default)
    {
        var found = await inner.GetSearchResultsAsync(query, Convert(searchOptions), cancellationToken).ConfigureAwait(false);
        return new KernelSearchResults<object>(found.Results.Select(static record => (object)record), found.TotalCount, found.Metadata);
    }

    private static TextSearchOptions<TRecord>? Convert(TextSearchOptions? options)
    {
        if (options is null)
        {
            return null;
        }

        return options.Filter is null
            ? new TextSearchOptions<TRecord> { Top = options.Top, Skip = options.Skip, IncludeTotalCount = options.IncludeTotalCount }
            : throw new NotSupportedException(
                $"A {nameof(TextSearchFilter)} cannot be handed to a search that has only ITextSearch<{typeof(TRecord).Name}>. " +
                "Call the generic interface and filter by an expression.");
    }
}
