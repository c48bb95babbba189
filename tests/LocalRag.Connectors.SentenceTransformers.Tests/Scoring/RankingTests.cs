using CsCheck;
using LocalRag.Connectors.SentenceTransformers.Scoring;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Scoring;

public sealed class RankingTests
{
    [Fact]
    public void Order_equals_a_stable_sort_by_falling_score()
        => Gen.Int[0, 5].Array[0, 200].Sample(values =>
        {
            float[] scores = [.. values.Select(value => (float)value)];
            Assert.Equal(Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]), Ranking.BestFirst(scores));
        });

    [Fact]
    public void What_is_not_a_number_comes_last()
        => Assert.Equal([2, 1, 0], Ranking.BestFirst([float.NaN, -5f, 3f]));
}
