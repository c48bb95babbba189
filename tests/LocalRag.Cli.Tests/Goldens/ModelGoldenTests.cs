using System.Text.Json;
using LocalRag.Testing;

namespace LocalRag.Cli.Tests.Goldens;

public class ModelGoldenTests
{
    // The accuracy that the goldens were rounded and computed to.
    private const double Tolerance = 2e-5;

    public static TheoryData<string> BiEncoders => [.. Models().Where(name => !name.StartsWith("ce-", StringComparison.Ordinal))];

    public static TheoryData<string> CrossEncoders => [.. Models().Where(name => name.StartsWith("ce-", StringComparison.Ordinal))];

    public static TheoryData<string> Rerankers => [.. Models().Where(name => File.Exists(TestFiles.Golden("models", name, "rank.jsonl")))];

    [Theory]
    [MemberData(nameof(BiEncoders))]
    public async Task Embeddings_equal_the_goldens(string name)
    {
        foreach (var group in TestFiles.GoldenLines("models", name, "goldens.jsonl").GroupBy(golden => golden.TryGetProperty("prompt_name", out var prompt) ? prompt.GetString() : null))
        {
            string[] promptName = group.Key is null ? [] : ["--prompt-name", group.Key];
            var run = await ToolRun.OfAsync(group.Select(golden => golden.GetRawText()), ["embed", TestFiles.Golden("models", name), .. promptName]);
            AssertClose([.. group.Select(golden => Numbers(golden, "embedding"))], [.. run.Succeeded().Select(line => Numbers(line, "embedding"))]);
        }
    }

    [Theory]
    [MemberData(nameof(CrossEncoders))]
    public async Task Scores_equal_the_goldens_with_every_activation(string name)
    {
        var goldens = TestFiles.GoldenLines("models", name, "goldens.jsonl").ToList();
        foreach (var activation in new[] { "default", "identity", "sigmoid", "softmax" }.Where(activation => goldens[0].TryGetProperty(activation, out _)))
        {
            var run = await ToolRun.OfAsync(goldens.Select(golden => golden.GetRawText()), "score", TestFiles.Golden("models", name), "--activation", activation);
            AssertClose([.. goldens.Select(golden => Numbers(golden, activation))], [.. run.Succeeded().Select(line => Numbers(line, "score"))]);
        }
    }

    [Theory]
    [MemberData(nameof(Rerankers))]
    public async Task Ranks_equal_the_goldens(string name)
    {
        foreach (var group in TestFiles.GoldenLines("models", name, "rank.jsonl").GroupBy(golden => golden.TryGetProperty("top_k", out var k) && k.ValueKind == JsonValueKind.Number ? k.GetInt32() : (int?)null))
        {
            string[] topK = group.Key is { } k ? ["--top-k", $"{k}"] : [];
            var run = await ToolRun.OfAsync(group.Select(golden => golden.GetRawText()), ["rank", TestFiles.Golden("models", name), .. topK]);
            Assert.Equal(group.Select(golden => Ids(golden.GetProperty("result"))), run.Succeeded().Select(line => Ids(line.GetProperty("result"))));
        }
    }

    [Fact]
    public async Task Hits_of_a_search_equal_the_goldens()
    {
        var goldens = TestFiles.GoldenLines("util", "semantic_search.jsonl").ToList();
        var settings = goldens.GroupBy(golden => (Score: golden.GetProperty("score").GetString()!, TopK: golden.GetProperty("top_k").GetRawText(),
            Queries: golden.GetProperty("query_chunk_size").GetRawText(), Corpus: golden.GetProperty("corpus_chunk_size").GetRawText()));
        foreach (var group in settings)
        {
            var run = await ToolRun.OfAsync(group.Select(golden => golden.GetRawText()), "search", "--score", group.Key.Score, "--top-k", group.Key.TopK,
                "--query-chunk-size", group.Key.Queries, "--corpus-chunk-size", group.Key.Corpus);
            foreach (var (golden, result) in group.Zip(run.Succeeded()))
            {
                JsonElement[] expected = [.. golden.GetProperty("hits").EnumerateArray()], actual = [.. result.GetProperty("hits").EnumerateArray()];
                Assert.Equal(expected.Select(Ids), actual.Select(Ids));
                foreach (var (one, other) in expected.Zip(actual))
                    Assert.All(Scores(one).Zip(Scores(other)), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
            }
        }
    }

    [Fact]
    public async Task The_embedded_models_answer_to_their_reserved_name()
    {
        var texts = TestFiles.GoldenLines("mini", "bi-int8.jsonl").ToList();
        var embedded = await ToolRun.OfAsync(texts.Select(golden => golden.GetRawText()), "embed", "mini");
        foreach (var (golden, line) in texts.Zip(embedded.Succeeded()))
        {
            // int8 activations are quantised per batch, so vectors move a little with their neighbours.
            double[] expected = Numbers(golden, "embedding"), actual = Numbers(line, "embedding");
            Assert.True(expected.Zip(actual, (a, b) => a * b).Sum() > 0.99);
        }

        var pairs = TestFiles.GoldenLines("mini", "ce-int8.jsonl").ToList();
        var scored = await ToolRun.OfAsync(pairs.Select(golden => golden.GetRawText()), "score", "mini", "--activation", "identity");
        Assert.All(pairs.Zip(scored.Succeeded()), pair => Assert.Equal(pair.First.GetProperty("score").GetDouble(), Assert.Single(Numbers(pair.Second, "score")), 0.3));
    }

    private static IEnumerable<string> Models() => Directory.EnumerateDirectories(TestFiles.Golden("models")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private static void AssertClose(IReadOnlyList<double[]> expected, IReadOnlyList<double[]> actual)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal(one.Length, other.Length);
            var tolerance = Tolerance * Math.Max(1, one.Max(Math.Abs));
            for (var i = 0; i < one.Length; i++)
                Assert.Equal(one[i], other[i], tolerance);
        }
    }

    private static double[] Numbers(JsonElement line, string name) =>
        line.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? [number.GetDouble()] : [.. line.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static int[] Ids(JsonElement hits) => [.. hits.EnumerateArray().Select(hit => hit.GetProperty("corpus_id").GetInt32())];

    private static double[] Scores(JsonElement hits) => [.. hits.EnumerateArray().Select(hit => hit.GetProperty("score").GetDouble())];
}
