using CsCheck;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory.Tests.Search;

public class SearchEngineTests
{
    public static TheoryData<string, string> EnginesAndMetrics()
    {
        var data = new TheoryData<string, string>();
        foreach (var level in Enum.GetValues<SimdLevel>().Where(SearchEngine.IsSupported))
        {
            foreach (var metric in Metric.All)
                data.Add(level.ToString(), metric.Name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EnginesAndMetrics))]
    public void Every_engine_returns_the_ids_and_keys_of_the_full_fp32_scan(string levelName, string metricName)
    {
        var engine = SearchEngine.Create(Enum.Parse<SimdLevel>(levelName));
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 400], Gen.Int[1, 20], Gen.Int[0, int.MaxValue - 1]).Sample((dimensions, rows, top, seed) =>
        {
            var vectors = TestVectors.Rough(rows, dimensions, seed);
            var query = TestVectors.Rough(1, dimensions, seed + 1)[0];
            using var store = new VectorTable(metricName, dimensions, vectors);
            var fast = store.Search(engine, query, top);
            var exact = store.Search(engine, query, top, forceExact: true);
            Assert.Equal(exact, fast);
            Assert.Equal(Reference(metricName, vectors, query, top, exact), exact.Select(h => h.Row));
        }, iter: 25, threads: 1);
    }

    [Theory]
    [MemberData(nameof(EnginesAndMetrics))]
    public void Threads_do_not_change_the_result(string levelName, string metricName)
    {
        var engine = SearchEngine.Create(Enum.Parse<SimdLevel>(levelName));
        var vectors = TestVectors.Rough(9000, 272, 5);
        using var store = new VectorTable(metricName, 272, vectors);
        var one = store.Search(engine, vectors[17], 50);
        Assert.Equal(one, store.Search(engine, vectors[17], 50, threads: 3));
        Assert.Equal(one, store.Search(engine, vectors[17], 50, threads: 3, forceExact: true));
    }

    [Theory]
    [MemberData(nameof(EnginesAndMetrics))]
    public void Rows_that_get_better_and_better_all_become_candidates(string levelName, string metricName)
    {
        // Every row beats all before it, so that the list of candidates fills up again and again.
        const int rows = 9000, dimensions = 40;
        var vectors = TestVectors.Unit(rows, dimensions, 8);
        var query = TestVectors.Unit(1, dimensions, 9)[0];
        using (var unsorted = new VectorTable(metricName, dimensions, vectors))
        {
            var order = unsorted.Search(SearchEngine.Create(SimdLevel.Portable), query, rows, forceExact: true);
            vectors = [.. order.Reverse().Select(h => vectors[h.Row])];
        }

        var engine = SearchEngine.Create(Enum.Parse<SimdLevel>(levelName));
        using var store = new VectorTable(metricName, dimensions, vectors);
        foreach (var top in new[] { 1, 10, 600, 2250 })
        {
            var exact = store.Search(engine, query, top, forceExact: true);
            Assert.Equal(exact, store.Search(engine, query, top));
            Assert.Equal(exact, store.Search(engine, query, top, candidates: [.. Enumerable.Range(0, rows)]));
            Assert.Equal(
                store.Search(engine, query, top, filter: r => r % 3 == 0, forceExact: true),
                store.Search(engine, query, top, filter: r => r % 3 == 0));
        }
    }

    [Theory]
    [MemberData(nameof(EnginesAndMetrics))]
    public void Bounds_of_a_code_enclose_the_fp32_key(string levelName, string metricName)
    {
        var engine = SearchEngine.Create(Enum.Parse<SimdLevel>(levelName));
        if (!Metric.Get(metricName).UsesCodes)
            return;
        Gen.Select(Gen.Int[1, 700], Gen.Int[0, int.MaxValue - 1]).Sample((dimensions, seed) =>
        {
            var vectors = TestVectors.Rough(30, dimensions, seed);
            using var store = new VectorTable(metricName, dimensions, vectors);
            foreach (var query in TestVectors.Rough(4, dimensions, seed + 1).Where(store.UsesCodes))
            {
                foreach (var hit in store.Search(engine, query, 30, forceExact: true))
                {
                    foreach (var (lower, upper) in store.Bounds(query, hit.Row))
                    {
                        Assert.False(hit.Key < lower);
                        Assert.False(hit.Key > upper);
                    }
                }
            }
        }, iter: 20, threads: 1);
    }

    [Fact]
    public unsafe void Kernels_agree_on_the_products_of_codes()
    {
        var random = new Random(2);
        foreach (var stride in new[] { 64, 128, 192, 384, 448 })
        {
            using var memory = new NativeBuffer(20 * stride);
            var codes = (sbyte*)memory.Pointer;
            var query = codes + 7 * stride;
            var wide = (short*)(codes + 8 * stride);
            for (var i = 0; i < 7 * stride; i++)
                codes[i] = (sbyte)(random.Next(3) == 0 ? 127 * (random.Next(3) - 1) : random.Next(-127, 128));
            var sum = 0;
            for (var i = 0; i < stride; i++)
            {
                // The largest products next to each other are where 16 bits could overflow.
                query[i] = (sbyte)(i < 8 ? 63 : random.Next(-63, 64));
                wide[i] = (short)(i < 8 ? 32767 : random.Next(-32767, 32768));
                sum += query[i];
            }

            for (var i = 0; i < 8; i++)
                codes[i] = 127;
            var expected = Products<KernelsPortable>(query, sum, wide, codes, stride);
            Assert.Equal(expected, Products<Kernels128>(query, sum, wide, codes, stride));
            if (Kernels256.IsSupported)
                Assert.Equal(expected, Products<Kernels256>(query, sum, wide, codes, stride));
            if (Kernels512.IsSupported)
                Assert.Equal(expected, Products<Kernels512>(query, sum, wide, codes, stride));
        }

        static int[] Products<TKernels>(sbyte* query, int sum, short* wide, sbyte* codes, int stride)
            where TKernels : struct, IKernels
        {
            var products = new int[14];
            fixed (int* target = products)
            {
                TKernels.CodeDots(query, sum, codes, stride, 7, target);
                for (var row = 0; row < 7; row++)
                    target[7 + row] = TKernels.CodeDot(wide, codes + row * stride, stride);
            }

            return products;
        }
    }

    [Fact]
    public void Codes_leave_little_to_rescore_on_smooth_data()
    {
        // The bound must stay tight enough to be worth having, whatever the signs of the largest components.
        var vectors = TestVectors.Unit(4116, 384, 3);
        foreach (var metric in new[] { DistanceFunction.DotProductSimilarity, DistanceFunction.CosineDistance, DistanceFunction.EuclideanDistance })
        {
            using var store = new VectorTable(metric, 384, vectors[..4096]);
            foreach (var query in vectors[4096..])
            {
                Assert.True(store.UsesCodes(query));
                var asked = 0;
                store.Search(SearchEngine.Default, query, 10, filter: _ => { asked++; return true; });
                Assert.InRange(asked, 10, 400);
            }
        }
    }

    /// <summary>Rows by score in double, best first; rows whose keys the engine found equal may swap, so ties follow the engine's keys.</summary>
    private static IEnumerable<int> Reference(string metric, float[][] vectors, float[] query, int top, Hit[] hits)
    {
        var keys = vectors.Select(v => Key(metric, query, v)).ToArray();
        var order = Enumerable.Range(0, vectors.Length).Where(r => !double.IsNaN(keys[r])).OrderByDescending(r => keys[r]).ThenBy(r => r).Take(top).ToArray();
        Assert.Equal(order.Length, hits.Length);
        for (var i = 0; i < order.Length; i++)
        {
            var tolerance = 1e-4 * Math.Max(1, Math.Abs(keys[order[i]]));
            Assert.Equal(keys[order[i]], keys[hits[i].Row], tolerance);
            Assert.Equal(keys[hits[i].Row], hits[i].Key, tolerance);
        }

        return hits.Select(h => h.Row);
    }

    private static double Key(string metric, float[] query, float[] vector)
    {
        double dot = 0, q = 0, v = 0, square = 0, absolute = 0, unequal = 0;
        for (var i = 0; i < query.Length; i++)
        {
            dot += (double)query[i] * vector[i];
            q += (double)query[i] * query[i];
            v += (double)vector[i] * vector[i];
            square += Math.Pow((double)query[i] - vector[i], 2);
            absolute += Math.Abs((double)query[i] - vector[i]);
            unequal += query[i] == vector[i] ? 0 : 1;
        }

        return Metric.Get(metric).Kind switch
        {
            MetricKind.Dot => dot,
            MetricKind.Cosine => q == 0 || v == 0 ? 0 : dot / Math.Sqrt(q * v),
            MetricKind.SquaredEuclidean => -square,
            MetricKind.Manhattan => -absolute,
            _ => -unequal,
        };
    }
}
