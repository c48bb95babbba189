using System.Numerics.Tensors;
using LocalRag.Connectors.SentenceTransformers.Scoring;

namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>activation(W x + b), the weights as PyTorch stores them: one row per output.</summary>
internal sealed class DenseStage(float[] weights, float[]? bias, int inputWidth, int outputWidth, ActivationFunction activation) : VectorStage(inputWidth, outputWidth)
{
    public override bool WorksInPlace => false;

    public override void Apply(ReadOnlySpan<float> input, Span<float> output)
    {
        for (var i = 0; i < output.Length; i++)
            output[i] = TensorPrimitives.Dot(input, weights.AsSpan(i * InputWidth, InputWidth));
        if (bias is not null)
            TensorPrimitives.Add(output, bias, output);
        Activations.Apply(activation, output);
    }
}
