using CsCheck;

namespace LocalRag.Tests;

public sealed class RankBlendTests
{
    [Fact]
    public void The_score_is_the_formula()
    {
        Assert.Equal(1 / 61.0 + 2 / 61.0, RankBlend.Score(0, 0));
        Assert.Equal(1 / 64.0 + 0.5 / 66.0, RankBlend.Score(3, 5, 0.5));
    }

    [Fact]
    public void A_reversed_list_of_three_comes_out_as_written_down()
    {
        // i = 0,1,2 with r = 2,1,0: 1/61 + 2/63 < 1/62 + 2/62 < 1/63 + 2/61.
        var blended = RankBlend.Order([new(2, 9), new(1, 8), new(0, 7)]);
        Assert.Equal([new(2, 0, 9, RankBlend.Score(2, 0)), new(1, 1, 8, RankBlend.Score(1, 1)), new(0, 2, 7, RankBlend.Score(0, 2))], blended);
    }

    [Fact]
    public void Equal_blends_keep_the_order_of_the_search()
    {
        // With weight 1, swapping two neighbours gives both the same score.
        Assert.Equal([0, 1], RankBlend.Order([new(1, 5), new(0, 4)], rerankWeight: 1).Select(b => b.Index));
    }

    [Fact]
    public void For_any_list_it_is_sorting_by_the_formula() =>
        Gen.Select(Gen.Int[0, 60].SelectMany(n => Gen.Shuffle(Enumerable.Range(0, n).ToArray())), Gen.Double[0, 10]).Sample((order, weight) =>
        {
            var blended = RankBlend.Order([.. order.Select((index, r) => new RerankResult(index, -r))], weight);
            var expected = order.Select((index, r) => (index, score: 1.0 / (61 + index) + weight / (61 + r))).OrderByDescending(d => d.score).ThenBy(d => d.index);
            Assert.Equal(expected.Select(d => d.index), blended.Select(b => b.Index));
        });

    [Fact]
    public void Weight_zero_is_the_search_and_a_huge_weight_the_reranker()
    {
        RerankResult[] reranked = [new(3, 9), new(0, 8), new(2, 7), new(1, 6)];
        Assert.Equal([0, 1, 2, 3], RankBlend.Order(reranked, 0).Select(b => b.Index));
        Assert.Equal([3, 0, 2, 1], RankBlend.Order(reranked, 1e9).Select(b => b.Index));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_that_is_no_weight_is_refused(double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>("rerankWeight", () => RankBlend.Order([], weight));
}
