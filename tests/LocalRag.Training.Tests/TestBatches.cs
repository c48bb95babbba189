using LocalRag.Training.Encoder;
using Microsoft.ML.OnnxRuntime;

namespace LocalRag.Training.Tests;

/// <summary>Random padded batches, and what ONNX Runtime answers to them.</summary>
internal sealed class TestBatches
{
    public const int Rows = 3;
    public const int Length = 60;

    public TestBatches(EncoderConfiguration configuration, int seed = 7)
    {
        var random = new Random(seed);
        for (int row = 0; row < Rows; row++)
        {
            int used = Length - (row * 17);
            for (int i = row * Length; i < (row * Length) + used; i++)
            {
                Ids[i] = random.Next(2, configuration.VocabularySize);
                Mask[i] = 1;
                TypeIds[i] = configuration.TokenTypeCount > 1 && i % Length > 20 ? 1 : 0;
            }

            Array.Fill(Ids, configuration.PadTokenId, (row * Length) + used, Length - used);
        }
    }

    public long[] Ids { get; } = new long[Rows * Length];

    public long[] Mask { get; } = new long[Rows * Length];

    public long[] TypeIds { get; } = new long[Rows * Length];

    public TokenTensors ToTensors() => TokenTensors.Create(Ids, Mask, TypeIds, Rows);

    public float[] Run(byte[] model)
    {
        using var session = new InferenceSession(model);
        var inputs = session.InputNames.ToDictionary(n => n, n => OrtValue.CreateTensorValueFromMemory(
            n switch { "input_ids" => Ids, "attention_mask" => Mask, _ => TypeIds }, [Rows, Length]));
        using var options = new RunOptions();
        using var outputs = session.Run(options, inputs, session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
