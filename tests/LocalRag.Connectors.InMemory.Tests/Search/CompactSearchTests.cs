using CsCheck;

namespace LocalRag.Connectors.InMemory.Tests.Search;

/// <summary>Vectors of bytes and bits against plain loops over integers.</summary>
public class CompactSearchTests
{
    public static TheoryData<string, Type> Cases =>
    [
        .. from metric in Metric.All
           from type in new[] { typeof(sbyte), typeof(byte), typeof(bool) }
           select new TheoryDataRow<string, Type>(metric.Name, type),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ids_and_keys_are_those_of_a_plain_loop(string metric, Type element) =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[1, 150], Gen.Int[1, 20], Gen.Int[0, 100_000]).Sample((dimensions, rows, top, seed) =>
        {
            var random = new Random(seed);
            var vectors = Enumerable.Range(0, rows).Select(_ => Vector(random, element, dimensions)).ToArray();
            var query = Vector(random, element, dimensions);
            var keys = vectors.Select(v => Key(Metric.Get(metric).Kind, query, v)).ToArray();
            var expected = Enumerable.Range(0, rows).OrderByDescending(i => keys[i]).ThenBy(i => i).Take(top).Select(i => new Hit(keys[i], i));
            Assert.Equal(expected, Search(metric, element, vectors, query, top));
        }, iter: 15, threads: 1);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Queries_of_fractions_are_answered_in_floats(string metric, Type element)
    {
        var random = new Random(8);
        var vectors = Enumerable.Range(0, 200).Select(_ => Vector(random, element, 70)).ToArray();
        var query = Enumerable.Range(0, 70).Select(_ => (float)(random.NextDouble() * 3 - 1)).ToArray();
        var hits = Search(metric, element, vectors, query, 200);
        Assert.Equal(200, hits.Length);
        for (var i = 0; i < hits.Length; i++)
        {
            var expected = Key(Metric.Get(metric).Kind, query, vectors[hits[i].Row]);
            Assert.Equal(expected, hits[i].Key, 1e-5f * MathF.Max(1, MathF.Abs(expected)));
            Assert.True(i == 0 || hits[i - 1].Key >= hits[i].Key);
        }
    }

    [Theory]
    [InlineData(typeof(sbyte))]
    [InlineData(typeof(bool))]
    public void Threads_candidates_filters_and_deleted_rows_change_nothing_but_what_they_should(Type element)
    {
        var random = new Random(9);
        var vectors = Enumerable.Range(0, 20_000).Select(_ => Vector(random, element, 256)).ToArray();
        var query = Vector(random, element, 256);
        var one = Search("CosineSimilarity", element, vectors, query, 30);
        Assert.Equal(one, Search("CosineSimilarity", element, vectors, query, 30, threads: 4));
        var even = Search("CosineSimilarity", element, vectors, query, 30, filter: row => row % 2 == 0);
        Assert.Equal(even, Search("CosineSimilarity", element, vectors, query, 30, threads: 3, candidates: [.. Enumerable.Range(0, 10_000).Select(i => 2 * i)]));
        Assert.All(even, hit => Assert.Equal(0, hit.Row % 2));
        Assert.Equal(
            Search("CosineSimilarity", element, vectors, query, 29 + 1).Skip(1),
            Search("CosineSimilarity", element, vectors, query, 29, delete: one[0].Row));
    }

    [Fact]
    public void Rows_take_one_byte_or_one_bit_per_component()
    {
        Assert.Equal(384, new VectorLayout(384, MetricKind.Cosine, typeof(sbyte)).CompactStride);
        Assert.Equal(384, new VectorLayout(384, MetricKind.Cosine, typeof(byte)).CompactStride);
        Assert.Equal(48, new VectorLayout(384, MetricKind.Hamming, typeof(bool)).CompactStride);
    }

    private static unsafe Hit[] Search(
        string metric, Type element, float[][] vectors, float[] query, int top, int threads = 1, Func<int, bool>? filter = null, int[]? candidates = null, int? delete = null)
    {
        var schema = new CollectionSchema(new PropertySchema("key", typeof(int), false, false), [], [new VectorSchema("vector", element, query.Length, metric)]);
        var table = new Table(schema, new KeywordAnalyzer(default));
        for (var i = 0; i < vectors.Length; i++)
        {
            // One by one, so that the first chunk grows on the way.
            table.EnsureCapacity(i + 1);
            table.KeyColumn.SetBoxed(i, i);
            table.Vectors[0].Set(i, vectors[i]);
            table.Append(1, 1);
        }

        if (delete is { } row)
            table.MarkDeleted(row, 2);
        Assert.True(table.Vectors[0].Layout.IsCompact);
        return new CompactSearch(new Snapshot(table, table.Rows, 2, [null]), table.Vectors[0], new CompactQuery(table.Vectors[0].Layout, query), filter, candidates)
            .Search(top, threads, CancellationToken.None);
    }

    private static float[] Vector(Random random, Type element, int dimensions)
    {
        var (low, high) = element == typeof(sbyte) ? (sbyte.MinValue, sbyte.MaxValue) : element == typeof(byte) ? (byte.MinValue, byte.MaxValue) : (0, 1);
        var vector = new float[dimensions];
        // Extremes, ties and zero vectors are common.
        var range = random.Next(5);
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = range switch
            {
                0 => 0,
                1 => high,
                2 => low,
                _ => random.Next(low, high + 1),
            };
        }

        return vector;
    }

    private static float Key(MetricKind kind, float[] query, float[] row)
    {
        double dot = 0, queries = 0, rows = 0, manhattan = 0, unequal = 0, squares = 0;
        for (var i = 0; i < row.Length; i++)
        {
            double q = query[i], x = row[i];
            dot += q * x;
            queries += q * q;
            rows += x * x;
            manhattan += Math.Abs(q - x);
            squares += (q - x) * (q - x);
            unequal += q == x ? 0 : 1;
        }

        return (float)(kind switch
        {
            MetricKind.Dot => dot,
            MetricKind.Cosine => queries == 0 || rows == 0 ? 0 : dot / (Math.Sqrt(rows) * Math.Sqrt(queries)),
            MetricKind.SquaredEuclidean => -squares,
            MetricKind.Manhattan => -manhattan,
            _ => -unequal,
        });
    }
}
