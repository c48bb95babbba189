using System.Text.Json;
using LocalRag.Testing;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using Microsoft.ML.OnnxRuntime;

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
        var collator = TokenCollator.Load(directory, 64);
        foreach (var line in TestFiles.GoldenLines("models", model, "goldens.jsonl"))
        {
            using var batch = collator.Collate([new(line.GetProperty("query").GetString()!, line.GetProperty("document").GetString()!)]);
            using var logits = network.Forward(batch, training: false);
            AssertClose(Numbers(line.GetProperty("identity")), logits.data<float>().ToArray());
        }
    }

    [TorchTheory]
    [InlineData("bert-mean")]
    [InlineData("roberta-mean")]
    [InlineData("xlm-roberta-mean-normalize")]
    [InlineData("distilbert-cls")]
    [InlineData("mpnet-mean")]
    public void Encoders_equal_their_onnx_graph_on_padded_batches(string model)
    {
        string directory = TestFiles.Golden("models", model);
        var configuration = EncoderConfiguration.Load(directory);
        using var parameters = EncoderWeights.Load(directory, configuration, [], seed: 0, keepPooler: true);
        var encoder = new TransformerEncoder(configuration, parameters);
        const int rows = 3, length = 60;
        var random = new Random(7);
        long[] ids = new long[rows * length], mask = new long[rows * length], types = new long[rows * length];
        for (int row = 0; row < rows; row++)
        {
            int used = length - (row * 17);
            for (int i = 0; i < length; i++)
            {
                ids[(row * length) + i] = i < used ? random.Next(configuration.PadTokenId + 1, configuration.VocabularySize) : configuration.PadTokenId;
                mask[(row * length) + i] = i < used ? 1 : 0;
            }
        }

        using var batch = TokenTensors.Create(ids, mask, types, rows);
        using var states = encoder.Forward(batch, training: false);
        using var session = new InferenceSession(Path.Combine(directory, "onnx", "model.onnx"));
        var inputs = session.InputNames.ToDictionary(n => n, n => OrtValue.CreateTensorValueFromMemory(
            n switch { "input_ids" => ids, "attention_mask" => mask, _ => types }, [rows, length]));
        using var outputs = session.Run(new RunOptions(), inputs, session.OutputNames);
        float[] expected = outputs[0].GetTensorDataAsSpan<float>().ToArray(), found = states.data<float>().ToArray();
        int hidden = configuration.HiddenSize;
        for (int i = 0; i < expected.Length; i++)
        {
            if (mask[i / hidden] == 1)
            {
                Assert.InRange(MathF.Abs(expected[i] - found[i]), 0, 1e-4f);
            }
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
