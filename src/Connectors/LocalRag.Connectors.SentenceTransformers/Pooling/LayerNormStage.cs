using System.Numerics.Tensors;

namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>(x - mean) / sqrt(variance + 1e-5) × weight + bias, as torch.nn.LayerNorm with its default epsilon.</summary>
internal sealed class LayerNormStage(float[] weight, float[] bias) : VectorStage(weight.Length, weight.Length)
{
    private const float Epsilon = 1e-5f;

    public override void Apply(ReadOnlySpan<float> input, Span<float> output)
    {
        TensorPrimitives.Subtract(input, TensorPrimitives.Sum(input) / input.Length, output);
        var variance = TensorPrimitives.SumOfSquares<float>(output) / output.Length;
        TensorPrimitives.Divide(output, MathF.Sqrt(variance + Epsilon), output);
        TensorPrimitives.MultiplyAdd(output, weight, bias, output);
    }
}
