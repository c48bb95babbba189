using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Goldens;

public sealed class BiEncoderGoldenTests
{
    public static TheoryData<string> Names { get; } =
        [.. Directory.EnumerateDirectories(TestFiles.Golden("models")).Select(path => Path.GetFileName(path)!).Where(name => !name.StartsWith("ce-", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_golden_model_equals_Python(string name)
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden(name));
        var lines = TestFiles.GoldenLines("models", name, "goldens.jsonl").ToList();
        Assert.NotEmpty(lines);
        foreach (var group in lines.Select((line, i) => (line, i)).GroupBy(entry => entry.line.TryGetProperty("prompt_name", out var prompt) ? prompt.GetString() : null))
        {
            var vectors = encoder.Encode([.. group.Select(entry => entry.line.GetProperty("text").GetString()!)], new() { PromptName = group.Key });
            foreach (var (vector, (line, i)) in vectors.Zip(group))
                GoldenModels.AssertClose(GoldenModels.Floats(line.GetProperty("embedding")), vector, 2e-5, $"{name}, line {i + 1}, prompt '{group.Key}'");
        }
    }

    [Theory]
    [InlineData("bert-mean")]
    [InlineData("bert-weightedmean")]
    [InlineData("bert-lasttoken")]
    [InlineData("bert-max")]
    [InlineData("qwen3-lasttoken-normalize")]
    public void Padding_and_neighbours_change_nothing(string name)
    {
        string[] texts = ["a", "A much longer sentence that has many more tokens than the first one.", "", "two words", "and something in between, of middling length"];
        using var together = BiEncoder.Load(GoldenModels.Golden(name), new() { TokenBudget = 10_000 });
        using var alone = BiEncoder.Load(GoldenModels.Golden(name), new() { BatchIndependent = true });
        var expected = alone.Encode(texts);
        var actual = together.Encode(texts);
        for (var i = 0; i < texts.Length; i++)
            GoldenModels.AssertClose(expected[i], actual[i], 2e-6, $"{name}, text {i}");
    }
}
