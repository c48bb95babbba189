using System.Text.Json;
using CsCheck;
using LocalRag.Testing;

namespace LocalRag.Connectors.InMemory.Tests.Search;

public class SemanticSearchTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public void Hits_equal_sentence_transformers()
    {
        foreach (var line in TestFiles.GoldenLines("util", "semantic_search.jsonl"))
        {
            var hits = SemanticSearch.Search(
                Rows(line.GetProperty("queries")),
                Rows(line.GetProperty("corpus")),
                line.GetProperty("top_k").GetInt32(),
                line.GetProperty("query_chunk_size").GetInt32(),
                line.GetProperty("corpus_chunk_size").GetInt32(),
                line.GetProperty("score").GetString() == "cos" ? ScoreFunction.Cosine : ScoreFunction.Dot,
                Token);
            var expected = line.GetProperty("hits").EnumerateArray().Select(h => h.EnumerateArray().ToArray()).ToArray();
            Assert.Equal(expected.Length, hits.Count);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i].Select(h => h.GetProperty("corpus_id").GetInt32()), hits[i].Select(h => h.CorpusId));
                foreach (var (e, a) in expected[i].Zip(hits[i]))
                {
                    var score = e.GetProperty("score").GetSingle();
                    Assert.Equal(score, a.Score, 1e-5f * MathF.Max(1, MathF.Abs(score)));
                }
            }
        }
    }

    [Fact]
    public void Chunk_sizes_do_not_change_the_result() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 200], Gen.Int[1, 70], Gen.Int[1, 50], Gen.Int[1, 60]).Sample((queries, corpus, dimensions, queryChunk, corpusChunk) =>
        {
            var vectors = TestVectors.Rough(corpus, dimensions, corpus * 1000 + dimensions);
            var asked = TestVectors.Rough(queries, dimensions, queries);
            var expected = SemanticSearch.Search(asked, vectors, 7);
            var actual = SemanticSearch.Search(asked, vectors, 7, queryChunk, corpusChunk);
            Assert.Equal(expected.SelectMany(h => h), actual.SelectMany(h => h));
        }, iter: 40, threads: 1);

    [Fact]
    public void Every_tile_gives_the_products_of_a_plain_loop()
    {
        foreach (var level in Enum.GetValues<SimdLevel>().Where(SearchEngine.IsSupported))
            AssertScan(BatchScan.Create(level));
    }

    [Fact]
    public void Threads_share_a_large_corpus_and_agree_with_one_by_one()
    {
        var corpus = TestVectors.Rough(30_000, 9, 1);
        var queries = TestVectors.Rough(5, 9, 77);
        var fast = SemanticSearch.Search(queries, corpus, 20, score: ScoreFunction.Dot, cancellationToken: Token);
        var plain = SemanticSearch.Search(queries, corpus, 20, score: ScoreFunction.Create(Sequential), cancellationToken: Token);
        for (var i = 0; i < queries.Length; i++)
        {
            foreach (var (f, p) in fast[i].Zip(plain[i]))
                Assert.Equal(p.Score, f.Score, 1e-5f * MathF.Max(1, MathF.Abs(p.Score)));
        }

        static float Sequential(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            var sum = 0f;
            for (var i = 0; i < a.Length; i++)
                sum += a[i] * b[i];
            return sum;
        }
    }

    [Fact]
    public void Equal_scores_keep_the_order_of_the_corpus_and_NaN_never_ranks()
    {
        float[][] corpus = [[1, 0], [float.NaN, 1], [1, 0], [2, 0], [0, 0], [1, 0]];
        var hits = SemanticSearch.Search([[1f, 0f]], corpus, 10, cancellationToken: Token)[0];
        Assert.Equal([0, 2, 3, 5, 4], hits.Select(h => h.CorpusId));
        Assert.Equal(0, hits[^1].Score);
    }

    [Fact]
    public void Bad_arguments_are_named()
    {
        Assert.Throws<ArgumentNullException>("queries", () => SemanticSearch.Search((float[][])null!, [], cancellationToken: Token));
        Assert.Throws<ArgumentNullException>("corpus", () => SemanticSearch.Search([[1f]], [null!], cancellationToken: Token));
        Assert.Throws<ArgumentOutOfRangeException>("topK", () => SemanticSearch.Search([[1f]], [[1f]], 0, cancellationToken: Token));
        Assert.Throws<ArgumentOutOfRangeException>("queryChunkSize", () => SemanticSearch.Search([[1f]], [[1f]], queryChunkSize: 0, cancellationToken: Token));
        Assert.Contains("vector of the corpus 1 has 1", Assert.Throws<ArgumentException>(() => SemanticSearch.Search([[1f, 2f]], [[1f, 2f], [1f]], cancellationToken: Token)).Message, StringComparison.Ordinal);
        Assert.Empty(SemanticSearch.Search(Array.Empty<float[]>(), [[1f]], cancellationToken: Token));
        Assert.Empty(SemanticSearch.Search([[1f]], Array.Empty<float[]>(), cancellationToken: Token)[0]);
    }

    [Fact]
    public void A_cancelled_search_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => SemanticSearch.Search([[1f]], [[1f]], cancellationToken: source.Token));
    }

    [Fact]
    public void Paraphrases_equal_sentence_transformers()
    {
        var golden = Clusters();
        var pairs = ParaphraseMining.Find(Rows(golden.GetProperty("embeddings")), maxPairs: 500, topK: 5, cancellationToken: Token);
        var expected = golden.GetProperty("paraphrase_mining").EnumerateArray().Select(p => p.EnumerateArray().ToArray()).ToArray();
        Assert.Equal(expected.Select(p => (p[1].GetInt32(), p[2].GetInt32())), pairs.Select(p => (p.First, p.Second)));
        foreach (var (e, a) in expected.Zip(pairs))
            Assert.Equal(e[0].GetSingle(), a.Score, 1e-5f);
    }

    [Fact]
    public void Communities_equal_sentence_transformers()
    {
        var golden = Clusters();
        var embeddings = Rows(golden.GetProperty("embeddings"));
        foreach (var run in golden.GetProperty("community_detection").EnumerateArray())
        {
            var expected = run.GetProperty("result").EnumerateArray().Select(c => c.EnumerateArray().Select(i => i.GetInt32()).ToArray()).ToArray();
            foreach (var batchSize in new[] { 1024, 17 })
            {
                var found = CommunityDetection.Find(embeddings, run.GetProperty("threshold").GetSingle(), run.GetProperty("min_community_size").GetInt32(), batchSize, Token);
                Assert.Equal(expected, found.Select(c => c.ToArray()));
            }
        }
    }

    private static void AssertScan(BatchScan scan) =>
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 60], Gen.Int[1, 50]).Sample((queryCount, rowCount, dimensions) =>
        {
            var queries = TestVectors.Rough(queryCount, dimensions, queryCount);
            var rows = TestVectors.Rough(rowCount, dimensions, rowCount + 500);
            var hits = Run(scan, queries, rows, dimensions);
            for (var q = 0; q < queryCount; q++)
            {
                Assert.Equal(rowCount, hits[q].Length);
                foreach (var hit in hits[q])
                {
                    var expected = queries[q].Zip(rows[hit.Row], (a, b) => (double)a * b).Sum();
                    Assert.Equal(expected, hit.Key, 1e-5 * Math.Max(1, Math.Abs(expected)) * dimensions);
                }
            }
        }, iter: 40, threads: 1);

    private static unsafe Hit[][] Run(BatchScan scan, float[][] queries, float[][] rows, int dimensions)
    {
        using var packed = scan.Pack(SemanticSearch.Memories(queries, "queries").AsSpan(), dimensions);
        var best = Array.ConvertAll(queries, _ => new TopK(rows.Length));
        // The smallest stride that is allowed: even, with a zero behind an odd last component.
        var stride = (dimensions + 1) & ~1;
        fixed (float* flat = rows.SelectMany(r => r.Concat(new float[stride - dimensions])).ToArray())
            scan.Scan(packed, flat, stride, dimensions, rows.Length, 0, best);
        return Array.ConvertAll(best, heap => heap.Drain());
    }

    private static JsonElement Clusters()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("util", "clusters.json")));
        return document.RootElement.Clone();
    }

    private static float[][] Rows(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(e => e.GetSingle()).ToArray())];
}
