using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval.Tests;

public sealed class RetrieverTests
{
    private static readonly Note A = new() { Id = "a", Text = "alpha 1" };
    private static readonly Note B = new() { Id = "b", Text = "beta 2" };
    private static readonly Note C = new() { Id = "c", Text = "gamma 3" };
    private static readonly Note D = new() { Id = "d", Text = "delta 4" };

    [Fact]
    public async Task Vector_and_keyword_lists_are_fused_and_every_hit_says_its_place_in_each()
    {
        var result = await new Retriever<Note>(new KeywordNotes([A, B, C], [C, D])).RetrieveAsync("alpha Beta alpha");

        // B and D tie: the vector list comes first.
        Assert.Equal([C, A, B, D], result.Hits.Select(h => h.Record));
        var first = result.Hits[0];
        Assert.Equal((new StageScore(2, 0.9), new StageScore(0, 7.5)), (first.Vector, first.Keyword));
        Assert.Equal(new StageScore(0, 1 / 63.0 + 1 / 61.0), first.Fused);
        Assert.Null(result.Hits[1].Keyword);
        Assert.Null(result.Hits[3].Vector);
        Assert.Equal((true, false), (result.Hybrid, result.Reranked));
    }

    [Fact]
    public async Task A_collection_with_only_a_hybrid_search_of_its_own_is_taken_as_it_comes()
    {
        var notes = new HybridOnly([C, A]);
        var result = await new Retriever<Note>(notes).RetrieveAsync("alpha beta");

        Assert.Equal([C, A], result.Hits.Select(h => h.Record));
        Assert.Equal(new StageScore(0, 0.03), result.Hits[0].Fused);
        Assert.Equal((null, null, true), (result.Hits[0].Vector, result.Hits[0].Keyword, result.Hybrid));
        Assert.Equal(["alpha", "beta"], notes.Keywords);

        var plain = await new Retriever<Note>(notes).RetrieveAsync("alpha beta", new() { Hybrid = false });
        Assert.Equal((new StageScore(0, 0.9), false), (plain.Hits[0].Vector, plain.Hybrid));
    }

    [Fact]
    public async Task Keywords_alone_neither_embed_nor_compare_vectors()
    {
        using var generator = new CountingGenerator();
        var result = await new Retriever<Note>(new KeywordNotes([A, B], [C, D]), queryGenerator: generator).RetrieveAsync("gamma", new() { KeywordsOnly = true });

        Assert.Equal([C, D], result.Hits.Select(h => h.Record));
        Assert.Equal((new StageScore(0, 7.5), null, null), (result.Hits[0].Keyword, result.Hits[0].Vector, result.Hits[0].Fused));
        Assert.Equal((false, TimeSpan.Zero, TimeSpan.Zero), (result.Hybrid, result.Timings.Embed, result.Timings.Search));
        Assert.Equal(0, generator.Calls);

        var error = await Assert.ThrowsAsync<NotSupportedException>(() => new Retriever<Note>(new HybridOnly([C])).RetrieveAsync("gamma", new() { KeywordsOnly = true }));
        Assert.Contains("HybridOnly", error.Message);
    }

    [Fact]
    public async Task A_collection_without_keywords_is_searched_by_vectors_and_says_so() =>
        Assert.False((await new Retriever<Note>(ListedNotes.Of(3)).RetrieveAsync("q")).Hybrid);

    [Fact]
    public async Task The_query_carries_the_space_of_its_generator()
    {
        var notes = ListedNotes.Of(1);
        using var generator = new CountingGenerator();
        await new Retriever<Note>(notes, queryGenerator: generator).RetrieveAsync("one");
        Assert.Equal(new VectorSpace("test"), ((Embedding<float>)notes.Searches[0].Value!).AdditionalProperties![nameof(VectorSpace)]);
    }

    [Fact]
    public async Task Each_word_of_the_question_is_a_keyword_once()
    {
        var notes = new KeywordNotes([A], [A]);
        await new Retriever<Note>(notes).RetrieveAsync("alpha  Beta\talpha");
        Assert.Equal(["alpha", "Beta"], Assert.Single(notes.Keywords));
    }

    [Fact]
    public async Task Candidates_are_reranked_and_ordered_by_the_blend()
    {
        var reranker = ScriptedReranker.HighestNumber();
        var result = await new Retriever<Note>(ListedNotes.Of(150), reranker).RetrieveAsync("q");

        int[] order = Expected.BlendOfReverse(20);
        Assert.Equal(order[..5].Select(i => $"text {i}"), result.Hits.Select(h => h.Text));
        Assert.Equal([0, 1, 2, 3, 4], result.Hits.Select(h => h.Rank));
        Assert.Equal(order[..5], result.Hits.Select(h => h.RankBefore));
        Assert.Equal(order[..5].Select(i => new StageScore(19 - i, i)), result.Hits.Select(h => h.Rerank!.Value));
        Assert.Equal(order[..5].Select(i => 1 - i / 100.0), result.Hits.Select(h => h.Vector!.Value.Score!.Value));
        Assert.Equal(20, Assert.Single(reranker.Calls).Documents.Count);
        Assert.Equal(15, result.Dropped.Count(d => d.Reason == DropReason.BeyondTop));
    }

    [Fact]
    public async Task A_call_changes_what_it_names_and_nothing_else()
    {
        var notes = ListedNotes.Of(30);
        var retriever = new Retriever<Note>(notes, ScriptedReranker.HighestNumber(), options: new() { Top = 4, Candidates = 8, SearchDepth = 10 });

        var plain = await retriever.RetrieveAsync("q", new() { Rerank = false, Top = 2 });
        var filtered = await retriever.RetrieveAsync("q", new() { Filter = n => n.Id == "n3" || n.Id == "n5" });
        var unchanged = await retriever.RetrieveAsync("q");

        Assert.Equal(["text 0", "text 1"], plain.Hits.Select(h => h.Text));
        Assert.Equal(["text 5", "text 3"], filtered.Hits.Select(h => h.Text));
        Assert.Equal(Expected.TextsOfReverse(8, 0, 4), unchanged.Hits.Select(h => h.Text));
        Assert.All(notes.Searches, s => Assert.Equal(10, s.Top));
    }

    [Fact]
    public async Task Repeated_texts_are_dropped_before_they_cost_a_reranking()
    {
        var reranker = new ScriptedReranker((_, _) => 0);
        var notes = new ListedNotes("Same text", "other", "same \n TEXT");
        var result = await new Retriever<Note>(notes, reranker).RetrieveAsync("q");

        Assert.Equal(["n0", "n1"], result.Hits.Select(h => h.Key));
        var dropped = Assert.Single(result.Dropped);
        Assert.Equal(("n2", DropReason.Duplicate, -1), (dropped.Hit.Key, dropped.Reason, dropped.Hit.RankBefore));
        Assert.Equal(2, reranker.Calls[0].Documents.Count);

        var all = await new Retriever<Note>(notes, options: new() { Deduplicate = false }).RetrieveAsync("q");
        Assert.Equal(3, all.Hits.Count);
    }

    [Fact]
    public async Task A_threshold_drops_by_the_score_of_the_reranker_and_says_so()
    {
        var result = await new Retriever<Note>(ListedNotes.Of(10), ScriptedReranker.HighestNumber()).RetrieveAsync("q", new() { ScoreThreshold = 8, Top = 9 });

        Assert.Equal(["text 8", "text 9"], result.Hits.Select(h => h.Text).Order());
        Assert.Equal(8, result.Dropped.Count(d => d.Reason == DropReason.BelowThreshold && d.Hit.Rerank!.Value.Score < 8));
    }

    [Fact]
    public async Task What_the_reranker_leaves_out_is_dropped_and_said()
    {
        var result = await new Retriever<Note>(ListedNotes.Of(3), FaultyReranker.Returns(new RerankResult(2, 1), new RerankResult(0, 0.5f))).RetrieveAsync("q");
        Assert.Equal(["text 2", "text 0"], result.Hits.Select(h => h.Text));
        Assert.Equal(("text 1", DropReason.LeftOutByReranker), (result.Dropped[0].Hit.Text, result.Dropped[0].Reason));
    }

    [Fact]
    public async Task Other_wordings_are_searched_too_and_the_reranker_reads_the_question()
    {
        var notes = new KeywordNotes([A, B], [B]);
        var reranker = new ScriptedReranker((_, text) => text.Length);
        var result = await new Retriever<Note>(notes, reranker).RetrieveAsync("question", new() { AdditionalQueries = ["wording one", "wording two"] });

        Assert.Equal(["question", "wording one", "wording two"], notes.Queries);
        Assert.Equal(notes.Queries, result.Queries);
        Assert.Equal(3, notes.Keywords.Count);
        Assert.Equal("question", Assert.Single(reranker.Calls).Query);
        var fused = result.Hits.Single(h => h.Record == B).Fused!.Value;
        Assert.Equal(0, fused.Rank);
        Assert.Equal(3 / 62.0 + 3 / 61.0, fused.Score!.Value, 12);
    }

    [Fact]
    public async Task The_query_generator_embeds_all_queries_in_one_call()
    {
        var notes = ListedNotes.Of(3);
        using var generator = new CountingGenerator();
        var result = await new Retriever<Note>(notes, queryGenerator: generator).RetrieveAsync("one", new() { AdditionalQueries = ["three"] });

        Assert.Equal(1, generator.Calls);
        Assert.Equal([3f, 5f], notes.Searches.Select(s => ((Embedding<float>)s.Value!).Vector.Span[0]));
        Assert.True(result.Timings.Embed > TimeSpan.Zero);
        Assert.True(result.Timings.Total >= result.Timings.Embed + result.Timings.Search);
    }

    [Fact]
    public async Task Stages_that_do_not_run_take_no_time()
    {
        var timings = (await new Retriever<Note>(ListedNotes.Of(3)).RetrieveAsync("q")).Timings;
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), (timings.Embed, timings.Keywords, timings.Rerank, timings.Neighbours));
        Assert.True(timings.Search > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_failure_that_is_survived_is_told()
    {
        var failure = new IOException("gone");
        var result = await new Retriever<Note>(ListedNotes.Of(3), FaultyReranker.Throws(failure), options: new() { OnFailure = RerankFailureMode.KeepOrder }).RetrieveAsync("q");

        Assert.Equal(["text 0", "text 1", "text 2"], result.Hits.Select(h => h.Text));
        Assert.Same(failure, result.RerankFailure);
        Assert.False(result.Reranked);
    }

    [Fact]
    public async Task Neighbours_come_from_where_the_options_say()
    {
        var options = new RetrieverOptions<Note> { Neighbours = 2, NeighbourSource = (note, distance, _) => Task.FromResult<IReadOnlyList<Note>>([.. Enumerable.Repeat(note, distance)]) };
        var result = await new Retriever<Note>(ListedNotes.Of(1), options: options).RetrieveAsync("q");
        Assert.Equal(2, Assert.Single(result.Hits).Neighbours.Count);
    }

    [Fact]
    public async Task Neighbours_that_nobody_can_find_are_refused()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => new Retriever<Note>(ListedNotes.Of(1)).RetrieveAsync("q", new() { Neighbours = 1 }));
        Assert.Contains("NeighbourSource", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_collection_gives_no_hits_and_asks_no_reranker()
    {
        var reranker = ScriptedReranker.HighestNumber();
        var result = await new Retriever<Note>(ListedNotes.Of(0), reranker).RetrieveAsync("q");
        Assert.Empty(result.Hits);
        Assert.Empty(reranker.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \t")]
    public async Task A_blank_question_is_refused(string query) =>
        await Assert.ThrowsAsync<ArgumentException>(nameof(query), () => new Retriever<Note>(ListedNotes.Of(1)).RetrieveAsync(query));

    [Fact]
    public async Task Wrong_settings_of_a_call_are_refused()
    {
        var e = await Assert.ThrowsAsync<ArgumentException>(() => new Retriever<Note>(ListedNotes.Of(1)).RetrieveAsync("q", new() { Top = 0, Candidates = 0 }));
        Assert.Contains("Top must be 1 to 10000, but is 0", e.Message, StringComparison.Ordinal);
        Assert.Contains("Candidates", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_stops_it()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Retriever<Note>(ListedNotes.Of(3)).RetrieveAsync("q", cancellationToken: source.Token));
    }

    [Fact]
    public async Task A_container_gives_a_retriever_over_its_collection_and_reranker()
    {
        await using var provider = new ServiceCollection()
            .AddSingleton<IVectorSearchable<Note>>(ListedNotes.Of(10))
            .AddSingleton<IReranker>(ScriptedReranker.HighestNumber())
            .AddRetriever<Note>(o => o.Top = 2)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        var result = await provider.GetRequiredService<Retriever<Note>>().RetrieveAsync("q");
        Assert.True(result.Reranked);
        Assert.Equal(Expected.TextsOfReverse(10, 0, 2), result.Hits.Select(h => h.Text));
    }

    [Fact]
    public async Task A_container_without_a_reranker_gives_a_retriever_that_only_searches()
    {
        await using var provider = new ServiceCollection().AddSingleton<IVectorSearchable<Note>>(ListedNotes.Of(10)).AddRetriever<Note>().BuildServiceProvider();
        Assert.False((await provider.GetRequiredService<Retriever<Note>>().RetrieveAsync("q")).Reranked);
    }

    private sealed class CountingGenerator : IEmbeddingGenerator<string, Embedding<float>>
    {
        public int Calls { get; private set; }

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(v => new Embedding<float>(new float[] { v.Length, 0, 0, 0 }))));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(VectorSpace) ? new VectorSpace("test") : null;

        public void Dispose()
        {
        }
    }

    private sealed class HybridOnly(IReadOnlyList<Note> order) : IVectorSearchable<Note>, IKeywordHybridSearchable<Note>
    {
        public ICollection<string> Keywords { get; private set; } = [];

        public IAsyncEnumerable<VectorSearchResult<Note>> SearchAsync<TInput>(TInput searchValue, int top, VectorSearchOptions<Note>? options = null, CancellationToken cancellationToken = default)
            where TInput : notnull => order.Select(note => new VectorSearchResult<Note>(note, 0.9)).ToAsyncEnumerable();

        public IAsyncEnumerable<VectorSearchResult<Note>> HybridSearchAsync<TInput>(
            TInput searchValue, ICollection<string> keywords, int top, HybridSearchOptions<Note>? options = null, CancellationToken cancellationToken = default)
            where TInput : notnull
        {
            Keywords = keywords;
            return order.Select(note => new VectorSearchResult<Note>(note, 0.03)).ToAsyncEnumerable();
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;
    }
}
