using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval.Tests;

public sealed class RerankingVectorSearchableTests
{
    private readonly ListedNotes _notes = ListedNotes.Of(30);
    private readonly ScriptedReranker _reranker = ScriptedReranker.HighestNumber();

    [Fact]
    public async Task Results_come_in_the_order_of_the_blend_with_the_score_of_the_reranker()
    {
        var results = await Decorated().SearchAsync("q", 3).ToListAsync();

        int[] order = Expected.BlendOfReverse(20)[..3];
        Assert.Equal(order.Select(i => $"text {i}"), results.Select(r => r.Record.Text));
        Assert.Equal(order.Select(i => (double?)i), results.Select(r => r.Score));
        Assert.Equal(20, Assert.Single(_notes.Searches).Top);
        Assert.Equal(20, Assert.Single(_reranker.Calls).Documents.Count);
    }

    [Fact]
    public async Task Hits_tell_the_scores_of_both_stages()
    {
        var hits = await Decorated().SearchHitsAsync("q", 3);

        int[] order = Expected.BlendOfReverse(20)[..3];
        Assert.Equal(order.Select(i => new StageScore(i, 1 - i / 100.0)), hits.Select(h => h.Scores.Search));
        Assert.Equal(order.Select(i => new StageScore(19 - i, i)), hits.Select(h => h.Scores.Rerank!.Value));
    }

    [Fact]
    public async Task Skip_counts_in_the_reranked_list_and_all_other_options_reach_the_search()
    {
        var options = new VectorSearchOptions<Note> { Skip = 4, Filter = n => n.Id != "n7", IncludeVectors = true, ScoreThreshold = 0.1, VectorProperty = n => n.Vector };
        var results = await Decorated().SearchAsync("q", 2, options).ToListAsync();

        // Without note 7 there are still 20 candidates: those up to note 20.
        string[] texts = [.. Enumerable.Range(0, 21).Where(i => i != 7).Select(i => $"text {i}")];
        Assert.Equal(Expected.BlendOfReverse(20).Skip(4).Take(2).Select(i => texts[i]), results.Select(r => r.Record.Text));
        var seen = Assert.Single(_notes.Searches).Options!;
        Assert.Equal((0, true, 0.1), (seen.Skip, seen.IncludeVectors, seen.ScoreThreshold));
        Assert.Same(options.Filter, seen.Filter);
        Assert.Same(options.VectorProperty, seen.VectorProperty);
    }

    [Fact]
    public async Task A_page_beyond_the_candidates_has_the_order_of_the_search_and_no_score()
    {
        var results = await Decorated().SearchAsync("q", 12, new() { Skip = 18 }).ToListAsync();
        Assert.Equal(12, results.Count);
        Assert.Equal(Enumerable.Range(20, 10).Select(i => $"text {i}"), results.Skip(2).Select(r => r.Record.Text));
        Assert.All(results.Skip(2), r => Assert.Null(r.Score));
    }

    [Fact]
    public async Task A_search_by_vector_passes_untouched()
    {
        var results = await Decorated().SearchAsync(new ReadOnlyMemory<float>([1, 0, 0, 0]), 2, new() { Skip = 1 }).ToListAsync();
        Assert.Equal(["text 1", "text 2"], results.Select(r => r.Record.Text));
        Assert.Equal((2, 1), (_notes.Searches[0].Top, _notes.Searches[0].Options!.Skip));
        Assert.Empty(_reranker.Calls);
    }

    [Fact]
    public async Task When_the_reranker_fails_and_may_the_scores_of_the_search_stand()
    {
        var decorated = new RerankingVectorSearchable<Note>(_notes, FaultyReranker.Throws(new IOException()), new() { OnFailure = RerankFailureMode.KeepOrder });
        var results = await decorated.SearchAsync("q", 2).ToListAsync();
        Assert.Equal([("text 0", 1.0), ("text 1", 0.99)], results.Select(r => (r.Record.Text, r.Score!.Value)));
    }

    [Fact]
    public async Task The_hybrid_twin_does_the_same()
    {
        var inner = new HybridNotes(_notes);
        var decorated = new RerankingHybridSearchable<Note>(inner, _reranker);

        var results = await decorated.HybridSearchAsync("q", ["key", "word"], 3).ToListAsync();

        Assert.Equal(Expected.TextsOfReverse(20, 0, 3), results.Select(r => r.Record.Text));
        Assert.Equal(["key", "word"], inner.Keywords);
        Assert.Equal(20, _notes.Searches[0].Top);
    }

    [Fact]
    public async Task Stacked_layers_rerank_once()
    {
        var retriever = new Retriever<Note>(Decorated(), _reranker);
        await retriever.RetrieveAsync("q");
        Assert.Single(_reranker.Calls);

        await retriever.RetrieveAsync("q", new() { Rerank = false });
        Assert.Equal(2, _reranker.Calls.Count);
    }

    [Fact]
    public void Services_behind_it_can_be_asked_for()
    {
        var decorated = Decorated();
        Assert.Same(decorated, decorated.GetService(typeof(IVectorSearchable<Note>)));
        Assert.Same(_reranker, decorated.GetService(typeof(IReranker)));
        Assert.Same(_notes, decorated.GetService(typeof(ListedNotes)));
        Assert.Null(decorated.GetService(typeof(string)));
    }

    [Fact]
    public void A_record_without_a_text_is_refused_with_a_way_out()
    {
        var e = Assert.Throws<InvalidOperationException>(() => new RerankingVectorSearchable<Textless>(new NoSearch(), _reranker));
        Assert.Contains("Textless", e.Message, StringComparison.Ordinal);
        Assert.Contains("TextSelector", e.Message, StringComparison.Ordinal);
        Assert.NotNull(new RerankingVectorSearchable<Textless>(new NoSearch(), _reranker, new() { TextSelector = t => t.One }));
    }

    private RerankingVectorSearchable<Note> Decorated() => new(_notes, _reranker);

    private sealed class Textless
    {
        public string One { get; set; } = "";

        public string Two { get; set; } = "";
    }

    private sealed class NoSearch : IVectorSearchable<Textless>
    {
        public IAsyncEnumerable<VectorSearchResult<Textless>> SearchAsync<TInput>(TInput searchValue, int top, VectorSearchOptions<Textless>? options = null, CancellationToken cancellationToken = default)
            where TInput : notnull => AsyncEnumerable.Empty<VectorSearchResult<Textless>>();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;
    }

    private sealed class HybridNotes(ListedNotes notes) : IKeywordHybridSearchable<Note>
    {
        public ICollection<string> Keywords { get; private set; } = [];

        public IAsyncEnumerable<VectorSearchResult<Note>> HybridSearchAsync<TInput>(
            TInput searchValue, ICollection<string> keywords, int top, HybridSearchOptions<Note>? options = null, CancellationToken cancellationToken = default)
            where TInput : notnull
        {
            Keywords = keywords;
            return notes.SearchAsync(searchValue, top, new VectorSearchOptions<Note> { Skip = options?.Skip ?? 0 }, cancellationToken);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;
    }
}
