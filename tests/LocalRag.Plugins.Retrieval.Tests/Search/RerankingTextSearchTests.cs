#pragma warning disable CS0618 // The older ITextSearch is served on purpose.
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval.Tests;

public sealed class RerankingTextSearchTests
{
    private readonly ListedNotes _notes = ListedNotes.Of(30);
    private readonly ScriptedReranker _reranker = ScriptedReranker.HighestNumber();

    [Fact]
    public async Task All_three_kinds_of_result_come_in_the_order_of_the_blend()
    {
        var search = Decorated();
        var options = new TextSearchOptions<Note> { Top = 3, Skip = 1 };

        var strings = await search.SearchAsync("q", options);
        var texts = await search.GetTextSearchResultsAsync("q", options);
        var records = await search.GetSearchResultsAsync("q", options);

        string[] expected = Expected.TextsOfReverse(20, 1, 3);
        Assert.Equal(expected, await strings.Results.ToListAsync());
        Assert.Equal(expected, await texts.Results.Select(r => r.Value).ToListAsync());
        Assert.Equal(expected, await records.Results.Select(r => r.Text).ToListAsync());
        Assert.All(_notes.Searches, s => Assert.Equal((20, 0), (s.Top, s.Options!.Skip)));
    }

    [Fact]
    public async Task The_older_interface_does_the_same_and_its_filter_reaches_the_search()
    {
        ITextSearch search = Decorated();
        var all = await search.GetTextSearchResultsAsync("q", new TextSearchOptions { Top = 3 });
        var one = await search.GetSearchResultsAsync("q", new TextSearchOptions { Top = 3, Filter = new TextSearchFilter().Equality("Id", "n5") });

        Assert.Equal(Expected.TextsOfReverse(20, 0, 3), await all.Results.Select(r => r.Value).ToListAsync());
        Assert.Equal("n5", Assert.IsType<Note>(Assert.Single(await one.Results.ToListAsync())).Id);
    }

    [Fact]
    public async Task Ranks_and_scores_stand_in_the_metadata()
    {
        var results = await ((ITextSearch<Note>)Decorated()).SearchAsync("q", new() { Top = 2 });
        var scores = Assert.IsType<List<RerankScores>>(results.Metadata![RerankScores.MetadataKey]);
        Assert.Equal(Expected.BlendOfReverse(20)[..2], scores.Select(s => s.Search.Rank));
        Assert.Equal(Expected.BlendOfReverse(20)[..2].Select(i => (double?)i), scores.Select(s => s.Rerank!.Value.Score));
    }

    [Fact]
    public async Task A_search_with_only_the_newer_interface_serves_the_older_one_and_refuses_its_filter()
    {
        ITextSearch search = new RerankingTextSearch<Note>(new NewOnly(new VectorStoreTextSearch<Note>(_notes)), _reranker);

        Assert.Equal(Expected.TextsOfReverse(20, 0, 5), await (await search.SearchAsync("q")).Results.ToListAsync());
        Assert.Equal(5, (await (await search.GetSearchResultsAsync("q")).Results.ToListAsync()).Count);
        await Assert.ThrowsAsync<NotSupportedException>(() => search.SearchAsync("q", new TextSearchOptions { Filter = new TextSearchFilter().Equality("Id", "n5") }));
    }

    [Fact]
    public async Task Without_options_five_are_kept() =>
        Assert.Equal(5, (await (await ((ITextSearch<Note>)Decorated()).SearchAsync("q")).Results.ToListAsync()).Count);

    private RerankingTextSearch<Note> Decorated() => new(new VectorStoreTextSearch<Note>(_notes), _reranker);

    private sealed class NewOnly(ITextSearch<Note> inner) : ITextSearch<Note>
    {
        public Task<KernelSearchResults<string>> SearchAsync(string query, TextSearchOptions<Note>? searchOptions = null, CancellationToken cancellationToken = default) => inner.SearchAsync(query, searchOptions, cancellationToken);

        public Task<KernelSearchResults<TextSearchResult>> GetTextSearchResultsAsync(string query, TextSearchOptions<Note>? searchOptions = null, CancellationToken cancellationToken = default) => inner.GetTextSearchResultsAsync(query, searchOptions, cancellationToken);

        public Task<KernelSearchResults<Note>> GetSearchResultsAsync(string query, TextSearchOptions<Note>? searchOptions = null, CancellationToken cancellationToken = default) => inner.GetSearchResultsAsync(query, searchOptions, cancellationToken);
    }
}
