using CsCheck;
using LocalRag.Connectors.SentenceTransformers.Batching;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Batching;

public sealed class BatchPlanTests
{
    [Fact]
    public void Every_text_is_in_exactly_one_batch_that_keeps_its_limits()
        => Gen.Select(Gen.Int[0, 700].Array[0, 300], Gen.Int[1, 2000], Gen.Int[1, 64]).Sample((lengths, tokens, rows) =>
        {
            var plan = BatchPlan.Create(lengths, new(tokens, rows));
            var seen = new bool[lengths.Length];
            var previous = int.MaxValue;
            for (var i = 0; i < plan.BatchCount; i++)
            {
                var batch = plan.Rows(i);
                var width = Math.Max(1, lengths[batch[0]]);
                Assert.InRange(batch.Length, 1, rows);
                Assert.True(batch.Length == 1 || batch.Length * width <= tokens);
                foreach (var row in batch)
                {
                    Assert.False(seen[row]);
                    seen[row] = true;
                    Assert.True(lengths[row] <= previous);
                    previous = lengths[row];
                }
            }

            Assert.All(seen, Assert.True);
        });

    [Fact]
    public void Texts_of_equal_length_keep_their_order()
    {
        var plan = BatchPlan.Create([7, 7, 7, 7], new(14, 32));
        Assert.Equal([0, 1], plan.Rows(0).ToArray());
        Assert.Equal([2, 3], plan.Rows(1).ToArray());
    }

    [Fact]
    public void A_text_beyond_the_budget_runs_alone()
    {
        var plan = BatchPlan.Create([3, 5000, 3], new(512, 32));
        Assert.Equal([1], plan.Rows(0).ToArray());
        Assert.Equal([0, 2], plan.Rows(1).ToArray());
    }
}
