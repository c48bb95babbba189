using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Goldens;

public sealed class MiniModelTests
{
    [Fact]
    public void The_embedded_bi_encoder_equals_its_goldens()
    {
        using var encoder = BiEncoder.Load(GoldenModels.MiniBi, new() { BatchIndependent = true });
        Assert.Equal(256, encoder.Dimensions);
        Assert.Equal(192, encoder.MaxTokens);
        foreach (var line in TestFiles.GoldenLines("mini", "bi-int8.jsonl"))
        {
            var vector = encoder.Encode(line.GetProperty("text").GetString()!);
            Assert.InRange(GoldenModels.Cosine(GoldenModels.Floats(line.GetProperty("embedding")), vector), 0.999f, 1.0001f);
        }
    }

    [Fact]
    public void The_embedded_cross_encoder_equals_its_goldens()
    {
        using var encoder = CrossEncoder.Load(GoldenModels.MiniCe);
        var lines = TestFiles.GoldenLines("mini", "ce-int8.jsonl").ToList();
        var options = new PredictOptions { Activation = ActivationFunction.Identity, BatchSize = 1 };
        var scores = encoder.Predict([.. lines.Select(line => (line.GetProperty("query").GetString()!, line.GetProperty("document").GetString()!))], options);
        Assert.Equal(ActivationFunction.Sigmoid, encoder.Activation);
        for (var i = 0; i < scores.Length; i++)
            Assert.InRange(scores[i] - lines[i].GetProperty("score").GetSingle(), -0.05f, 0.05f);
    }

    [Fact(Skip = TestFiles.NoMiniLm, SkipUnless = nameof(TestFiles.HasMiniLm), SkipType = typeof(TestFiles))]
    public void The_real_MiniLM_equals_Python()
    {
        using var encoder = BiEncoder.Load(TestFiles.MiniLmDirectory!);
        var lines = TestFiles.GoldenLines("minilm", "embeddings.jsonl").ToList();
        var vectors = encoder.Encode([.. lines.Select(line => line.GetProperty("text").GetString()!)]);
        for (var i = 0; i < vectors.Length; i++)
            GoldenModels.AssertClose(GoldenModels.Floats(lines[i].GetProperty("embedding")), vectors[i], 1e-5, $"line {i + 1}");
    }
}
