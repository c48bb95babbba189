namespace LocalRag.Evaluation.Tests.Metrics;

public sealed class RankingMetricsTests
{
    // Relevant at ranks 2 and 4 of five, three relevant documents in all.
    private static readonly bool[] Hits = [false, true, false, true, false];

    [Fact]
    public void Values_of_a_small_list_are_those_computed_by_hand()
    {
        Assert.Equal(0, RankingMetrics.Accuracy(Hits, 1));
        Assert.Equal(1, RankingMetrics.Accuracy(Hits, 2));
        Assert.Equal(2.0 / 5, RankingMetrics.Precision(Hits, 5));
        Assert.Equal(2.0 / 10, RankingMetrics.Precision(Hits, 10));
        Assert.Equal(2.0 / 3, RankingMetrics.Recall(Hits, 5, 3), 12);
        Assert.Equal(1.0 / 2, RankingMetrics.ReciprocalRank(Hits, 10));
        Assert.Equal(0, RankingMetrics.ReciprocalRank(Hits, 1));
        Assert.Equal((1.0 / 2 + 2.0 / 4) / 3, RankingMetrics.AveragePrecision(Hits, 100, 3), 12);
        Assert.Equal(1.0 / 2 / 2, RankingMetrics.AveragePrecision(Hits, 2, 3), 12);
        var gain = 1 / Math.Log2(3) + 1 / Math.Log2(5);
        Assert.Equal(gain / (1 + 1 / Math.Log2(3) + 1 / Math.Log2(4)), RankingMetrics.Ndcg(Hits, 10, 3), 12);
    }

    [Fact]
    public void The_ideal_list_scores_one()
    {
        bool[] ideal = [true, true, false];

        Assert.Equal(1, RankingMetrics.Ndcg(ideal, 10, 2), 12);
        Assert.Equal(1, RankingMetrics.AveragePrecision(ideal, 10, 2), 12);
    }

    [Fact]
    public void A_k_below_one_and_a_query_without_relevant_documents_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("k", () => RankingMetrics.Precision(Hits, 0));
        Assert.Throws<ArgumentOutOfRangeException>("relevantCount", () => RankingMetrics.Recall(Hits, 1, 0));
    }
}
