using System.Text.Json;
using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Goldens;

public sealed class CrossEncoderGoldenTests
{
    public static TheoryData<string> Names { get; } =
        [.. Directory.EnumerateDirectories(TestFiles.Golden("models")).Select(path => Path.GetFileName(path)!).Where(name => name.StartsWith("ce-", StringComparison.Ordinal)).Order()];

    public static TheoryData<string> RankedNames { get; } =
        [.. Names.Select(row => (string)row).Where(name => File.Exists(TestFiles.Golden("models", name, "rank.jsonl")))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_score_with_every_activation_equals_Python(string name)
    {
        using var encoder = CrossEncoder.Load(GoldenModels.Golden(name));
        var lines = TestFiles.GoldenLines("models", name, "goldens.jsonl").ToList();
        (string, string)[] pairs = [.. lines.Select(line => (line.GetProperty("query").GetString()!, line.GetProperty("document").GetString()!))];
        var compared = 0;
        foreach (var (key, options) in new (string, PredictOptions)[]
        {
            ("default", new()),
            ("identity", new() { Activation = ActivationFunction.Identity }),
            ("sigmoid", new() { Activation = ActivationFunction.Sigmoid }),
            ("softmax", new() { Activation = ActivationFunction.Softmax }),
            ("softmax", new() { Activation = ActivationFunction.Identity, ApplySoftmax = true }),
        })
        {
            if (!lines[0].TryGetProperty(key, out _))
                continue;
            var scores = encoder.PredictAll(pairs, options);
            for (var i = 0; i < lines.Count; i++)
            {
                GoldenModels.AssertClose(Values(lines[i].GetProperty(key)), scores[i], 2e-5, $"{name}, line {i + 1}, {key}");
                compared++;
            }
        }

        Assert.True(compared >= 3 * lines.Count);
    }

    [Theory]
    [MemberData(nameof(RankedNames))]
    public void Ranks_equal_Python(string name)
    {
        using var encoder = CrossEncoder.Load(GoldenModels.Golden(name));
        var compared = 0;
        foreach (var line in TestFiles.GoldenLines("models", name, "rank.jsonl"))
        {
            string[] documents = [.. line.GetProperty("documents").EnumerateArray().Select(document => document.GetString()!)];
            int? topK = line.GetProperty("top_k") is { ValueKind: JsonValueKind.Number } k ? k.GetInt32() : null;
            var ranked = encoder.Rank(line.GetProperty("query").GetString()!, documents, topK, returnDocuments: true);
            var expected = line.GetProperty("result").EnumerateArray().ToList();
            Assert.Equal(expected.Select(hit => hit.GetProperty("corpus_id").GetInt32()), ranked.Select(hit => hit.CorpusId));
            Assert.All(ranked, hit => Assert.Same(documents[hit.CorpusId], hit.Text));
            GoldenModels.AssertClose([.. expected.Select(hit => hit.GetProperty("score").GetSingle())], [.. ranked.Select(hit => hit.Score)], 2e-5, name);
            compared++;
        }

        Assert.True(compared > 0);
    }

    private static float[] Values(JsonElement value) => value.ValueKind == JsonValueKind.Array ? GoldenModels.Floats(value) : [value.GetSingle()];
}
