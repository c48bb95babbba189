using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Testing;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;

namespace LocalRag.Training.Tests.Encoder;

public class EncoderGoldenTests
{
    [TorchTheory]
    [InlineData("ce-bert-1")]
    [InlineData("ce-bert-3")]
    [InlineData("ce-roberta-1")]
    public void Classifiers_score_as_their_goldens(string model)
    {
        string directory = TestFiles.Golden("models", model);
        using var network = CrossEncoderNetwork.Load(directory, null, seed: 0);
        var collator = TokenCollator.Load(ManifestReader.ReadCrossEncoder(directory), network.Configuration, null);
        foreach (var line in TestFiles.GoldenLines("models", model, "goldens.jsonl"))
        {
            using var batch = collator.Collate([new(line.GetProperty("query").GetString()!, line.GetProperty("document").GetString()!)]);
            using var logits = network.Forward(batch, training: false);
            AssertClose(Numbers(line.GetProperty("identity")), logits.data<float>().ToArray());
        }
    }

    [TorchFact]
    public void An_onnx_only_model_is_refused() =>
        Assert.Contains("an ONNX graph alone is not enough", Assert.Throws<InvalidDataException>(
            () => CrossEncoderNetwork.Load(TestFiles.Golden("models", "ce-bert-1-identity"), null, 0)).Message);

    private static float[] Numbers(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.GetSingle())] : [value.GetSingle()];

    private static void AssertClose(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(MathF.Abs(expected[i] - found[i]), 0, 1e-4f);
        }
    }
}
