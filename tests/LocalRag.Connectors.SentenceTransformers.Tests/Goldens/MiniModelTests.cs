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

    [Fact]
    public void Neighbours_move_an_int8_vector_only_a_little_and_not_at_all_when_batches_are_independent()
    {
        var lines = TestFiles.GoldenLines("mini", "bi.jsonl").ToList();
        string[] texts = [.. lines.Select(line => line.GetProperty("text").GetString()!)];
        using var batched = BiEncoder.Load(GoldenModels.MiniBi);
        using var alone = BiEncoder.Load(GoldenModels.MiniBi, new() { BatchIndependent = true });
        var together = batched.Encode(texts);
        var independent = alone.Encode(texts);
        var cosines = together.Zip(independent, GoldenModels.Cosine).ToList();
        var toFloat = together.Zip(lines, (vector, line) => GoldenModels.Cosine(vector, GoldenModels.Floats(line.GetProperty("embedding")))).ToList();
        var aloneToFloat = independent.Zip(lines, (vector, line) => GoldenModels.Cosine(vector, GoldenModels.Floats(line.GetProperty("embedding")))).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"batched-alone {cosines.Min()} {cosines.Average()}; batched-fp32 {toFloat.Min()} {toFloat.Average()}; alone-fp32 {aloneToFloat.Min()} {aloneToFloat.Average()}");
        Assert.True(cosines.Min() > 0.995f, $"Lowest cosine to the text alone: {cosines.Min()}.");
        Assert.True(toFloat.Min() > 0.98f, $"Lowest cosine to the fp32 weights: {toFloat.Min()}.");
        Assert.Equal(independent[3..10], alone.Encode(texts[3..10]));
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
