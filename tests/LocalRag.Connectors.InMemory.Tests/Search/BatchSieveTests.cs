using CsCheck;

namespace LocalRag.Connectors.InMemory.Tests.Search;

public class BatchSieveTests
{
    private const int BlockRows = 36;

    private static readonly SimdLevel[] Levels = [.. Enum.GetValues<SimdLevel>().Where(level => BatchSieve.Create(level) is not null)];

    [Fact]
    public void Hits_and_scores_are_those_of_the_fp32_scan_to_the_bit() =>
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 130], Gen.Int[1, 12], Gen.Bool, Gen.Int[0, 1000]).Sample((queryCount, dimensions, top, normalize, seed) =>
        {
            var queries = TestVectors.Unit(queryCount, dimensions, seed);
            // Enough rows that are all alike for the heaps to fill, then rows of every kind.
            float[][] corpus = [.. TestVectors.Unit(300, dimensions, seed + 1), .. TestVectors.Rough(150, dimensions, seed + 2), .. Extreme(dimensions)];
            foreach (var level in Levels)
            {
                var (sifted, plain) = (Search(level, queries, corpus, top, normalize, true), Search(level, queries, corpus, top, normalize, false));
                Assert.Equal(plain.Hits, sifted.Hits);
            }
        }, iter: 60, threads: 1);

    [Fact]
    public void The_best_row_passes_even_when_it_reaches_the_threshold_only_just()
    {
        // With few components the error of a product comes close to its bound.
        var (passed, tried) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var dimensions = 2 + seed % 30;
            var queries = TestVectors.Unit(20, dimensions, seed);
            var corpus = TestVectors.Unit(BlockRows, dimensions, seed + 1000);
            foreach (var vector in corpus)
            {
                for (var i = 0; i < dimensions; i++)
                    vector[i] *= 1 + seed % 3;
            }

            foreach (var level in Levels)
            {
                foreach (var normalize in new[] { false, true })
                {
                    var expected = Search(level, queries, corpus, 1, normalize, false).Hits;
                    using var coded = BatchSieve.Create(level)!.Pack(Asked(queries, normalize), dimensions)!;
                    using var block = new RowBlock(SemanticSearch.Memories(corpus, "corpus"), normalize, dimensions, BlockRows);
                    block.MoveTo(0, BlockRows);
                    var best = Array.ConvertAll(expected, hits => Reached(hits[0].Key));
                    tried++;
                    if (!BatchSieve.Create(level)!.TryScan(coded, block, best, Array.ConvertAll(best, heap => heap.Threshold)))
                        continue;
                    passed++;
                    Assert.Equal(expected, Array.ConvertAll(best, heap => heap.Drain()));
                }
            }
        }

        Assert.True(Levels.Length == 0 || passed > tried / 2);

        static TopK Reached(float key)
        {
            var heap = new TopK(1);
            heap.Add(key, int.MaxValue);
            return heap;
        }
    }

    [Fact]
    public void Most_blocks_of_common_vectors_need_no_fp32_scan()
    {
        Assert.SkipWhen(Levels.Length == 0, "This machine has no sieve.");
        foreach (var level in Levels)
        {
            var (_, passed, blocks) = Search(level, TestVectors.Unit(50, 384, 1), TestVectors.Unit(5000, 384, 2), 5, true, true);
            Assert.InRange(passed, blocks * 9 / 10, blocks);
        }
    }

    [Fact]
    public void Rows_that_codes_cannot_tell_apart_are_left_to_the_fp32_scan()
    {
        var queries = TestVectors.Unit(20, 64, 1);
        var one = TestVectors.Unit(1, 64, 2)[0];
        foreach (var level in Levels)
        {
            var (hits, passed, _) = Search(level, queries, [.. Enumerable.Repeat(one, 500)], 5, false, true);
            Assert.Equal(0, passed);
            Assert.All(hits, found => Assert.Equal([0, 1, 2, 3, 4], found.Select(h => h.Row)));
        }
    }

    [Fact]
    public void A_sieve_that_does_not_pay_is_tried_ever_more_rarely()
    {
        var pause = default(SievePause);
        Assert.True(pause.IsOver());
        foreach (var blocks in new[] { 1, 3, 7, 15, 15 })
            AssertPause(ref pause, blocks);
        pause.Reset();
        AssertPause(ref pause, 1);

        static void AssertPause(ref SievePause pause, int blocks)
        {
            pause.Start();
            for (var i = 0; i < blocks; i++)
                Assert.False(pause.IsOver());
            Assert.True(pause.IsOver());
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-30f)]
    [InlineData(1e25f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Queries_that_codes_cannot_bound_are_left_to_the_fp32_scan(float value)
    {
        ReadOnlyMemory<float>[] queries = [new float[] { 1, 2 }, new[] { value, value }];
        foreach (var level in Levels)
            Assert.Null(BatchSieve.Create(level)!.Pack(queries, 2));
    }

    [Fact]
    public void The_search_is_the_same_with_and_without_a_sieve()
    {
        // Against the default of the library, across tasks and threads.
        var queries = TestVectors.Unit(33, 40, 5);
        float[][] corpus = [.. TestVectors.Unit(20_000, 40, 6), .. TestVectors.Rough(500, 40, 7), .. Extreme(40)];
        foreach (var score in new[] { ScoreFunction.Cosine, ScoreFunction.Dot })
        {
            var expected = Search(null, queries, corpus, 10, score == ScoreFunction.Cosine, false).Hits;
            var actual = SemanticSearch.Search(queries, corpus, 10, score: score, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(expected.Select(found => found.Select(h => (h.Row, h.Key))), actual.Select(found => found.Select(h => (h.CorpusId, h.Score))));
        }
    }

    private static IEnumerable<float[]> Extreme(int dimensions)
    {
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f, 1e-30f, 1e-42f, 3e-12f })
        {
            yield return [.. Enumerable.Repeat(value, dimensions)];
            yield return [.. Enumerable.Range(0, dimensions).Select(d => d == dimensions / 2 ? value : 0.1f)];
        }
    }

    /// <summary>A search by blocks; tells how many blocks the sieve has answered, of how many that it was asked for.</summary>
    private static unsafe (Hit[][] Hits, int Passed, int Blocks) Search(SimdLevel? level, float[][] queries, float[][] corpus, int top, bool normalize, bool sift)
    {
        var dimensions = queries[0].Length;
        var asked = Asked(queries, normalize);
        var scan = level is { } width ? BatchScan.Create(width) : BatchScan.Default;
        using var packed = scan.Pack(asked, dimensions);
        using var coded = sift ? BatchSieve.Create(level!.Value)!.Pack(asked, dimensions) : null;
        using var block = new RowBlock(SemanticSearch.Memories(corpus, "corpus"), normalize, dimensions, BlockRows);
        var best = Array.ConvertAll(queries, _ => new TopK(top));
        var (passed, blocks) = (0, 0);
        for (var first = 0; first < corpus.Length; first += BlockRows)
        {
            block.MoveTo(first, Math.Min(BlockRows, corpus.Length - first));
            if (coded is not null && first > 0)
            {
                blocks++;
                if (BatchSieve.Create(level!.Value)!.TryScan(coded, block, best, Array.ConvertAll(best, heap => heap.Threshold)))
                {
                    passed++;
                    continue;
                }
            }

            scan.Scan(packed, block.Rows(), block.Stride, dimensions, block.Count, first, best);
        }

        return (Array.ConvertAll(best, heap => heap.Drain()), passed, blocks);
    }

    private static ReadOnlyMemory<float>[] Asked(float[][] queries, bool normalize) => Array.ConvertAll(queries, query =>
    {
        var copy = query.ToArray();
        if (normalize)
            VectorSimilarity.Normalize(copy);
        return new ReadOnlyMemory<float>(copy);
    });
}
