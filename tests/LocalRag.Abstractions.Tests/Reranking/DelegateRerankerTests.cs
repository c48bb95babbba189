namespace LocalRag.Tests;

public sealed class DelegateRerankerTests
{
    [Fact]
    public async Task Scores_become_a_sorted_list_with_ties_in_input_order()
    {
        using var reranker = Scores(1, 3, 1, 3);
        Assert.Equal([new(1, 3), new(3, 3), new(0, 1), new(2, 1)], await reranker.RerankAsync("q", ["a", "b", "c", "d"]));
    }

    [Fact]
    public async Task Threshold_and_top_are_heeded()
    {
        using var reranker = Scores(1, 3, 2, 4);
        Assert.Equal([new(3, 4), new(1, 3)], await reranker.RerankAsync("q", ["a", "b", "c", "d"], new RerankOptions { TopK = 2 }));
        Assert.Equal([3, 1, 2], (await reranker.RerankAsync("q", ["a", "b", "c", "d"], new RerankOptions { ScoreThreshold = 2 })).Select(r => r.Index));
    }

    [Fact]
    public async Task Nothing_to_rank_asks_nobody()
    {
        using var reranker = new DelegateReranker((_, _, _) => throw new InvalidOperationException("asked"));
        Assert.Empty(await reranker.RerankAsync("q", []));
    }

    [Fact]
    public async Task A_function_that_returns_nonsense_is_an_error()
    {
        using var few = Scores(1);
        using var nan = Scores(1, float.NaN);
        Assert.Contains("1 scores for 2 documents", (await Assert.ThrowsAsync<InvalidOperationException>(() => few.RerankAsync("q", ["a", "b"]))).Message, StringComparison.Ordinal);
        Assert.Contains("NaN for document 1", (await Assert.ThrowsAsync<InvalidOperationException>(() => nan.RerankAsync("q", ["a", "b"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_of_any_kind_are_ordered_by_their_text()
    {
        using var reranker = new DelegateReranker((_, texts, _) => Task.FromResult<IReadOnlyList<float>>([.. texts.Select(t => (float)t.Length)]));
        var ranked = await reranker.RerankAsync("q", new[] { 7, 12345, 99 }, n => n.ToString(System.Globalization.CultureInfo.InvariantCulture), new RerankOptions { TopK = 2 });
        Assert.Equal([new(12345, 5), new(99, 2)], ranked);
    }

    [Fact]
    public void It_answers_for_itself()
    {
        var metadata = new RerankerMetadata("mine", defaultModelId: "m");
        using var reranker = new DelegateReranker((_, _, _) => Task.FromResult<IReadOnlyList<float>>([]), metadata);
        Assert.Same(metadata, reranker.GetService<RerankerMetadata>());
        Assert.Same(reranker, reranker.GetService<IReranker>());
        Assert.Null(reranker.GetService<RerankerMetadata>("key"));
        Assert.Throws<ArgumentNullException>("serviceType", () => reranker.GetService(null!));
    }

    private static DelegateReranker Scores(params IReadOnlyList<float> scores) => new((_, _, _) => Task.FromResult(scores));
}
