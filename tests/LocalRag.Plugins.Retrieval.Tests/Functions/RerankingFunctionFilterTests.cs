#pragma warning disable CS0618 // Semantic Kernel's plug-in factories exist only for the older ITextSearch.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval.Tests;

public sealed class RerankingFunctionFilterTests
{
    private readonly ListedNotes _notes = ListedNotes.Of(30);
    private readonly ScriptedReranker _reranker = ScriptedReranker.HighestNumber();

    [Fact]
    public async Task Strings_come_back_in_the_order_of_the_blend()
    {
        var result = await InvokeAsync(Plugins().Search, new() { ["query"] = "q" });

        var list = Assert.IsType<List<string>>(result.GetValue<object>());
        Assert.Equal(Expected.TextsOfReverse(20, skip: 0, count: 5), list);
        Assert.Equal(20, Assert.Single(_notes.Searches).Top);
        Assert.Equal(20, Assert.Single(_reranker.Calls).Documents.Count);
    }

    [Fact]
    public async Task The_count_of_the_call_is_kept_and_its_arguments_restored()
    {
        var arguments = new KernelArguments { ["query"] = "q", ["count"] = 3, ["skip"] = 2 };

        var result = await InvokeAsync(Plugins().Search, arguments);

        Assert.Equal(Expected.TextsOfReverse(20, skip: 2, count: 3), result.GetValue<List<string>>());
        Assert.Equal([3, 2], new[] { arguments["count"], arguments["skip"] });
        Assert.Equal((20, 0), (_notes.Searches[0].Top, _notes.Searches[0].Options!.Skip));
    }

    [Theory]
    [InlineData("3")]
    [InlineData(3L)]
    [InlineData(3.0)]
    public async Task A_model_may_write_the_count_as_it_likes(object count)
    {
        var result = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = count });
        Assert.Equal(3, result.GetValue<List<string>>()!.Count);
    }

    [Fact]
    public async Task A_count_in_json_is_understood()
    {
        var json = System.Text.Json.JsonSerializer.SerializeToElement(4);
        var result = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = json });
        Assert.Equal(4, result.GetValue<List<string>>()!.Count);
    }

    [Fact]
    public async Task Text_search_results_stay_text_search_results()
    {
        var result = await InvokeAsync(Plugins().Texts, new() { ["query"] = "q", ["count"] = 2 });

        var list = Assert.IsType<List<TextSearchResult>>(result.GetValue<object>());
        Assert.Equal(Expected.TextsOfReverse(20, 0, 2), list.Select(r => r.Value));
        Assert.All(list, r => Assert.StartsWith("note ", r.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Records_stay_records()
    {
        var result = await InvokeAsync(Plugins().Records, new() { ["query"] = "q", ["count"] = 2 });

        var list = Assert.IsType<List<object>>(result.GetValue<object>());
        Assert.Equal(Expected.TextsOfReverse(20, 0, 2), list.Select(r => Assert.IsType<Note>(r).Text));
    }

    [Fact]
    public async Task Ranks_and_scores_of_both_stages_are_in_the_metadata()
    {
        var result = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 2 });

        var scores = Assert.IsType<List<RerankScores>>(result.Metadata![RerankScores.MetadataKey]);
        int[] order = Expected.BlendOfReverse(20);
        Assert.Equal(order[..2], scores.Select(s => s.Search.Rank));
        Assert.Equal(order[..2].Select(i => 19 - i), scores.Select(s => s.Rerank!.Value.Rank));
        Assert.Equal(order[..2].Select(i => (double?)i), scores.Select(s => s.Rerank!.Value.Score));
        Assert.Equal(order[..2].Select(i => (double?)(1 / (61.0 + i) + 2 / (61.0 + 19 - i))), scores.Select(s => s.Blended));
    }

    [Fact]
    public async Task Scores_of_vector_search_results_are_kept_beside_those_of_the_reranker()
    {
        var function = KernelFunctionFactory.CreateFromMethod(
            async (string query, int count) => await _notes.SearchAsync(query, count).ToListAsync(), "find");

        var result = await InvokeAsync(function, new() { ["query"] = "q", ["count"] = 3 }, o => o.Include.Add("find"));

        var scores = Assert.IsType<List<RerankScores>>(result.Metadata![RerankScores.MetadataKey]);
        Assert.Equal(Expected.BlendOfReverse(20)[..3].Select(i => (double?)(1 - i / 100.0)), scores.Select(s => s.Search.Score));
    }

    [Fact]
    public async Task The_reranker_alone_orders_when_told_to()
    {
        var result = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 3 }, o => o.RerankerOnly = true);
        Assert.Equal(["text 19", "text 18", "text 17"], result.GetValue<List<string>>());
    }

    [Fact]
    public async Task A_weight_of_zero_is_the_order_of_the_search()
    {
        var result = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 3 }, o => o.RerankWeight = 0);
        Assert.Equal(["text 0", "text 1", "text 2"], result.GetValue<List<string>>());
    }

    [Fact]
    public async Task A_threshold_is_on_the_scale_of_the_reranker()
    {
        var result = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 20 }, o => o.ScoreThreshold = 17);
        Assert.Equal(["text 17", "text 18", "text 19"], result.GetValue<List<string>>()!.Order());
    }

    [Fact]
    public async Task Pages_beyond_the_candidates_follow_in_the_order_of_the_search()
    {
        // A fresh plug-in each time: Semantic Kernel's functions keep the window of their first call.
        var first = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 15 });
        var second = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 15, ["skip"] = 15 });

        string[] all = [.. first.GetValue<List<string>>()!, .. second.GetValue<List<string>>()!];
        Assert.Equal([.. Expected.TextsOfReverse(20, 0, 20), .. Enumerable.Range(20, 10).Select(i => $"text {i}")], all);
    }

    [Fact]
    public async Task The_options_that_a_search_function_freezes_on_its_first_call_do_no_harm()
    {
        var kernel = Kernel();
        var search = Plugins().Search;
        var one = await kernel.InvokeAsync<List<string>>(search, new() { ["query"] = "q", ["count"] = 1 });
        var six = await kernel.InvokeAsync<List<string>>(search, new() { ["query"] = "q", ["count"] = 6, ["skip"] = 1 });

        Assert.Equal(Expected.TextsOfReverse(20, 0, 1), one);
        Assert.Equal(Expected.TextsOfReverse(20, 1, 6), six);
    }

    [Fact]
    public async Task A_function_that_returns_no_search_results_passes_untouched()
    {
        var function = KernelFunctionFactory.CreateFromMethod((string query, int count) => new List<string> { "text 0", "text 1" }, "list");
        var result = await InvokeAsync(function, new() { ["query"] = "q", ["count"] = 7 });

        Assert.Equal(["text 0", "text 1"], result.GetValue<List<string>>());
        Assert.Empty(_reranker.Calls);
        Assert.Null(result.Metadata);
    }

    [Theory]
    [InlineData("docs")]
    [InlineData("search")]
    [InlineData("Docs.Search")]
    public async Task A_function_can_be_excluded_by_any_of_its_names(string name)
    {
        var result = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 2 }, o => o.Exclude.Add(name));
        Assert.Equal(["text 0", "text 1"], result.GetValue<List<string>>());
    }

    [Fact]
    public async Task Only_what_is_included_is_reranked_when_told_so()
    {
        var other = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 2 }, o => Only(o, "Other"));
        var named = await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 2 }, o => Only(o, "Docs"));

        Assert.Equal(["text 0", "text 1"], other.GetValue<List<string>>());
        Assert.Equal(Expected.TextsOfReverse(20, 0, 2), named.GetValue<List<string>>());

        static void Only(RerankingFilterOptions options, string name)
        {
            options.IncludedOnly = true;
            options.Include.Add(name);
        }
    }

    [Fact]
    public async Task Streaming_passes_untouched()
    {
        var pieces = new List<object?>();
        await foreach (var piece in Kernel().InvokeStreamingAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 2 }, TestContext.Current.CancellationToken))
        {
            pieces.Add(piece);
        }

        Assert.NotEmpty(pieces);
        Assert.Empty(_reranker.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public async Task A_count_that_makes_no_sense_is_left_to_the_function(int count)
    {
        await InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = count });
        Assert.Equal(count, Assert.Single(_notes.Searches).Top);
        Assert.Empty(_reranker.Calls);
    }

    [Fact]
    public async Task A_count_that_is_no_number_fails_as_it_does_without_the_filter() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = "many" }));

    [Fact]
    public async Task No_results_stay_no_results()
    {
        _notes.Notes.Clear();
        var result = await InvokeAsync(Plugins().Search, new() { ["query"] = "q" });
        Assert.Empty(result.GetValue<List<string>>()!);
        Assert.Empty(_reranker.Calls);
    }

    [Fact]
    public async Task A_query_of_100_kilobytes_and_control_characters_reach_the_reranker_unchanged()
    {
        string query = new string('q', 100 * 1024) + "\0\u001b[31m\ud800";
        await InvokeAsync(Plugins().Search, new() { ["query"] = query });
        Assert.Equal(query, Assert.Single(_reranker.Calls).Query);
    }

    [Fact]
    public async Task A_failing_reranker_fails_the_call_by_default()
    {
        var kernel = Kernel(reranker: FaultyReranker.Throws(new IOException("model gone")));
        var e = await Assert.ThrowsAsync<IOException>(() => kernel.InvokeAsync(Plugins().Search, new() { ["query"] = "q" }));
        Assert.Equal("model gone", e.Message);
    }

    [Fact]
    public async Task A_failing_reranker_leaves_the_order_of_the_search_when_told_to()
    {
        var kernel = Kernel(o => o.OnFailure = RerankFailureMode.KeepOrder, FaultyReranker.Throws(new IOException("model gone")));
        var result = await kernel.InvokeAsync(Plugins().Search, new() { ["query"] = "q", ["count"] = 2, ["skip"] = 1 });

        Assert.Equal(["text 1", "text 2"], result.GetValue<List<string>>());
        Assert.All(Assert.IsType<List<RerankScores>>(result.Metadata![RerankScores.MetadataKey]), s => Assert.Null(s.Rerank));
    }

    [Fact]
    public async Task Cancellation_is_never_survived()
    {
        using var source = new CancellationTokenSource();
        var kernel = Kernel(o => o.OnFailure = RerankFailureMode.KeepOrder, new FaultyReranker((_, token) =>
        {
            source.Cancel();
            return Task.FromCanceled<IReadOnlyList<RerankResult>>(token);
        }));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kernel.InvokeAsync(Plugins().Search, new() { ["query"] = "q" }, source.Token));
    }

    [Fact]
    public void Registering_twice_adds_one_filter_with_the_settings_of_both()
    {
        var services = new ServiceCollection().AddRerankingFilter(o => o.Top = 3).AddRerankingFilter(o => o.Candidates = 7);
        services.AddSingleton<IReranker>(_reranker);
        using var provider = services.BuildServiceProvider();

        Assert.IsType<RerankingFunctionFilter>(Assert.Single(provider.GetServices<IFunctionInvocationFilter>()));
        Assert.Equal((3, 7), Settings(provider));

        static (int, int) Settings(IServiceProvider provider)
        {
            var options = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<RerankingFilterOptions>>().Value;
            return (options.Top, options.Candidates);
        }
    }

    [Fact]
    public async Task A_kernel_opens_the_reranker_on_the_first_search_only()
    {
        int opened = 0;
        var builder = Microsoft.SemanticKernel.Kernel.CreateBuilder().AddRerankingFilter();
        builder.Services.AddSingleton<IReranker>(_ =>
        {
            opened++;
            return _reranker;
        });

        var kernel = builder.Build();
        Assert.Equal(0, opened);
        await kernel.InvokeAsync(Plugins().Search, new() { ["query"] = "q" });
        await kernel.InvokeAsync(Plugins().Search, new() { ["query"] = "q" });
        Assert.Equal(1, opened);
    }

    [Fact]
    public async Task A_keyed_reranker_is_used_when_named()
    {
        var builder = Microsoft.SemanticKernel.Kernel.CreateBuilder().AddRerankingFilter(o => o.RerankerKey = "large");
        builder.Services.AddKeyedSingleton<IReranker>("large", _reranker);
        await builder.Build().InvokeAsync(Plugins().Search, new() { ["query"] = "q" });
        Assert.Single(_reranker.Calls);
    }

    [Fact]
    public void All_wrong_settings_are_named_at_once()
    {
        var e = Assert.Throws<ArgumentException>(() => new RerankingFunctionFilter(_reranker, new RerankingFilterOptions
        {
            Candidates = 0,
            Top = -1,
            RerankWeight = double.NaN,
            ScoreThreshold = float.NaN,
            Timeout = TimeSpan.Zero,
            OnFailure = (RerankFailureMode)9,
            QueryParameter = " ",
            IncludedOnly = true,
        }));
        Assert.All(["Candidates", "Top", "RerankWeight", "ScoreThreshold", "Timeout", "OnFailure", "QueryParameter", "IncludedOnly"], name => Assert.Contains(name, e.Message, StringComparison.Ordinal));
    }

    private (KernelFunction Search, KernelFunction Texts, KernelFunction Records) Plugins()
    {
        var search = new VectorStoreTextSearch<Note>(_notes);
        return (
            search.CreateWithSearch("Docs")["Search"],
            search.CreateWithGetTextSearchResults("Docs")["GetTextSearchResults"],
            search.CreateWithGetSearchResults("Docs")["GetSearchResults"]);
    }

    private Kernel Kernel(Action<RerankingFilterOptions>? configure = null, IReranker? reranker = null)
    {
        var builder = Microsoft.SemanticKernel.Kernel.CreateBuilder().AddRerankingFilter(configure);
        builder.Services.AddSingleton(reranker ?? _reranker);
        return builder.Build();
    }

    private async Task<FunctionResult> InvokeAsync(KernelFunction function, KernelArguments arguments, Action<RerankingFilterOptions>? configure = null) =>
        await Kernel(configure).InvokeAsync(function, arguments, TestContext.Current.CancellationToken);
}
