using System.Text.Json;
using CsCheck;
using LocalRag.Testing;

namespace LocalRag.Abstractions.Tests.Similarity;

public class VectorSimilarityTests
{
    private static readonly JsonElement Golden = Read();

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("util", "similarity.json")));
        return document.RootElement.Clone();
    }

    [Theory]
    [InlineData(SimilarityFunction.Cosine, "cos_sim")]
    [InlineData(SimilarityFunction.Dot, "dot_score")]
    [InlineData(SimilarityFunction.Euclidean, "euclidean_sim")]
    [InlineData(SimilarityFunction.Manhattan, "manhattan_sim")]
    public void All_pairs_equal_sentence_transformers(SimilarityFunction function, string name)
    {
        var (a, b, expected) = (Rows("a"), Rows("b"), Rows(name));
        var scores = VectorSimilarity.AllPairs(function, a, b);
        AssertClose(expected.SelectMany(r => r), scores.SelectMany(r => r));

        var flat = new float[a.Length * b.Length];
        VectorSimilarity.AllPairs(function, a.SelectMany(r => r).ToArray(), b.SelectMany(r => r).ToArray(), a[0].Length, flat);
        Assert.Equal(scores.SelectMany(r => r), flat);
    }

    [Theory]
    [InlineData(SimilarityFunction.Cosine, "pairwise_cos_sim")]
    [InlineData(SimilarityFunction.Dot, "pairwise_dot_score")]
    [InlineData(SimilarityFunction.Euclidean, "pairwise_euclidean_sim")]
    [InlineData(SimilarityFunction.Manhattan, "pairwise_manhattan_sim")]
    public void Pairwise_equals_sentence_transformers(SimilarityFunction function, string name)
    {
        var a = Rows("a");
        var b = Rows("b")[..a.Length];
        var expected = Golden.GetProperty(name).EnumerateArray().Select(e => e.GetSingle()).ToArray();
        AssertClose(expected, VectorSimilarity.Pairwise(function, a, b));

        var flat = new float[a.Length];
        VectorSimilarity.Pairwise(function, a.SelectMany(r => r).ToArray(), b.SelectMany(r => r).ToArray(), a[0].Length, flat);
        AssertClose(expected, flat);
    }

    [Fact]
    public void Normalized_rows_equal_sentence_transformers_and_a_zero_row_stays_zero()
    {
        var rows = Rows("b").SelectMany(r => r).ToArray();
        VectorSimilarity.NormalizeRows(rows, Rows("b")[0].Length);
        AssertClose(Rows("normalized").SelectMany(r => r), rows);
    }

    [Fact]
    public void Truncation_keeps_the_first_components()
    {
        var dimensions = Golden.GetProperty("truncate_dim").GetInt32();
        AssertClose(Rows("truncated").SelectMany(r => r), Rows("a").SelectMany(r => VectorSimilarity.Truncate(r, dimensions)));
        Assert.Equal([1f, 2f], VectorSimilarity.Truncate([1f, 2f], 5));
    }

    [Fact]
    public void Similarities_agree_with_plain_loops_for_any_length() =>
        Gen.Float[-10, 10].Array[0, 600].Select(a => (a, Gen.Float[-10, 10].Array[a.Length].Single())).Sample(pair =>
        {
            var (a, b) = pair;
            double dot = 0, square = 0, absolute = 0;
            for (var i = 0; i < a.Length; i++)
            {
                dot += (double)a[i] * b[i];
                square += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
                absolute += Math.Abs((double)a[i] - b[i]);
            }

            Assert.Equal(dot, VectorSimilarity.Dot(a, b), 1e-5 * Math.Max(1, a.Length * 100));
            Assert.Equal(-Math.Sqrt(square), VectorSimilarity.NegativeEuclidean(a, b), 1e-5 * Math.Max(1, Math.Sqrt(square)));
            Assert.Equal(-absolute, VectorSimilarity.NegativeManhattan(a, b), 1e-5 * Math.Max(1, absolute));
        }, iter: 300);

    [Fact]
    public void A_zero_vector_has_cosine_zero_with_everything()
    {
        Assert.Equal(0, VectorSimilarity.Cosine([0, 0, 0], [1, 2, 3]));
        Assert.Equal(0, VectorSimilarity.Cosine([0, 0, 0], [0, 0, 0]));
        Assert.Equal(0, VectorSimilarity.Cosine([], []));
    }

    [Fact]
    public void Vectors_of_two_lengths_are_refused_with_both_lengths()
    {
        var error = Assert.Throws<ArgumentException>(() => VectorSimilarity.Cosine([1, 2], [1, 2, 3]));
        Assert.Contains("2 and 3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => VectorSimilarity.NegativeManhattan([1, 2], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => VectorSimilarity.NegativeEuclidean([1, 2], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => VectorSimilarity.Pairwise(SimilarityFunction.Dot, [[1f]], [[1f], [2f]]));
    }

    [Fact]
    public void Matrices_that_are_no_whole_rows_are_refused()
    {
        Assert.Throws<ArgumentException>(() => VectorSimilarity.NormalizeRows(new float[5], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorSimilarity.NormalizeRows(new float[5], 0));
        Assert.Throws<ArgumentException>(() => VectorSimilarity.AllPairs(SimilarityFunction.Dot, new float[4], new float[4], 2, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorSimilarity.Truncate(new float[2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorSimilarity.Score((SimilarityFunction)9, [1f], [1f]));
    }

    [Fact]
    public void A_null_vector_is_named() =>
        Assert.Contains("Vector 1", Assert.Throws<ArgumentNullException>("left", () =>
            VectorSimilarity.AllPairs(SimilarityFunction.Dot, [[1f], null!], [[1f]])).Message, StringComparison.Ordinal);

    private static float[][] Rows(string name) =>
        [.. Golden.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(e => e.GetSingle()).ToArray())];

    private static void AssertClose(IEnumerable<float> expected, IEnumerable<float> actual)
    {
        var (e, a) = (expected.ToArray(), actual.ToArray());
        Assert.Equal(e.Length, a.Length);
        for (var i = 0; i < e.Length; i++)
            Assert.Equal(e[i], a[i], 1e-5f * MathF.Max(1, MathF.Abs(e[i])));
    }
}
