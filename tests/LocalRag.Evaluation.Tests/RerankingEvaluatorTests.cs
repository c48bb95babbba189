namespace LocalRag.Evaluation.Tests;

public sealed class RerankingEvaluatorTests
{
    [Fact]
    public async Task Positives_and_negatives_are_ranked_together()
    {
        using var reranker = new ScoreOf(("a", 2), ("b", 3), ("c", 1));

        var metrics = await new RerankingEvaluator([new("q", ["a"], Negative: ["b", "c"])], "set").EvaluateAsync(reranker, TestContext.Current.CancellationToken);

        Assert.Equal(["set_map", "set_mrr@10", "set_ndcg@10"], metrics.Keys);
        Assert.Equal(0.5, metrics["set_map"]);
        Assert.Equal(0.5, metrics["set_mrr@10"]);
        Assert.Equal(1 / Math.Log2(3), metrics["set_ndcg@10"], 12);
    }

    [Fact]
    public async Task A_first_list_gives_the_values_before_reranking()
    {
        using var reranker = new ScoreOf(("a", 9), ("b", 3), ("c", 1), ("d", 0));

        // a stands third, and d is missed by the list.
        var metrics = await new RerankingEvaluator([new("q", ["a", "d"], Documents: ["b", "c", "a"])]).EvaluateAsync(reranker, TestContext.Current.CancellationToken);

        Assert.Equal(1.0 / 3, metrics["base_mrr@10"], 12);
        Assert.Equal((1.0 / 3 + 2.0 / 4) / 2, metrics["base_map"], 12);
        Assert.Equal(1, metrics["mrr@10"]);
        Assert.Equal((1 + 2.0 / 4) / 2, metrics["map"], 12);
    }

    [Fact]
    public async Task Missed_answers_may_be_left_at_the_end()
    {
        using var reranker = new ScoreOf(("a", 0.9f), ("b", 0.5f), ("d", 5));

        var metrics = await new RerankingEvaluator([new("q", ["a", "d"], Documents: ["b", "a"])], alwaysRerankPositives: false)
            .EvaluateAsync(reranker, TestContext.Current.CancellationToken);

        Assert.Equal(1, metrics["mrr@10"]);
        Assert.Equal((1 + 2.0 / 3) / 2, metrics["map"], 12);
    }

    [Fact]
    public async Task Equal_scores_share_their_gain()
    {
        using var reranker = new ScoreOf(("a", 1), ("b", 1));

        var metrics = await new RerankingEvaluator([new("q", ["a"], Negative: ["b"])]).EvaluateAsync(reranker, TestContext.Current.CancellationToken);

        Assert.Equal((1 + 1 / Math.Log2(3)) / 2, metrics["ndcg@10"], 12);
        Assert.Equal(0.5, metrics["map"], 12);
    }

    [Fact]
    public void A_sample_needs_either_negatives_or_a_list()
    {
        Assert.Throws<ArgumentException>(() => new RerankingEvaluator([new("q", ["a"])]));
        Assert.Throws<ArgumentException>(() => new RerankingEvaluator([new("q", ["a"], ["b"], ["c"])]));
        Assert.Throws<ArgumentException>(() => new RerankingEvaluator([]));
    }

    private sealed class ScoreOf(params (string Text, float Score)[] scores) : IReranker
    {
        private readonly Dictionary<string, float> _scores = scores.ToDictionary(s => s.Text, s => s.Score);

        public Task<IReadOnlyList<RerankResult>> RerankAsync(
            string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<RerankResult>>([.. documents.Select((d, i) => new RerankResult(i, _scores[d])).OrderByDescending(r => r.Score)]);

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
