using System.Numerics.Tensors;

namespace LocalRag.Connectors.SentenceTransformers.Scoring;

/// <summary>Activation functions over the outputs of one row, and their names in configuration files.</summary>
internal static class Activations
{
    public const string SupportedTorchNames = "torch.nn's Identity, Sigmoid, Softmax, Tanh, ReLU, GELU or SiLU";

    /// <summary>The function behind a dotted path such as <c>torch.nn.modules.activation.Sigmoid</c>; null where it is none of ours.</summary>
    public static ActivationFunction? FromTorchPath(string path)
    {
        if (!path.StartsWith("torch.", StringComparison.Ordinal))
            return null;
        return path[(path.LastIndexOf('.') + 1)..] switch
        {
            "Identity" => ActivationFunction.Identity,
            "Sigmoid" => ActivationFunction.Sigmoid,
            "Softmax" => ActivationFunction.Softmax,
            "Tanh" => ActivationFunction.Tanh,
            "ReLU" => ActivationFunction.ReLU,
            "GELU" => ActivationFunction.GELU,
            "SiLU" => ActivationFunction.SiLU,
            _ => null,
        };
    }

    public static string ToTorchPath(ActivationFunction function) =>
        function == ActivationFunction.Identity ? "torch.nn.modules.linear.Identity" : $"torch.nn.modules.activation.{function}";

    /// <summary>Applies a function in place to the values of one row.</summary>
    public static void Apply(ActivationFunction function, Span<float> row)
    {
        if (row.IsEmpty)
            return;
        switch (function)
        {
            case ActivationFunction.Identity:
                break;
            case ActivationFunction.Sigmoid:
                TensorPrimitives.Sigmoid(row, row);
                break;
            case ActivationFunction.Softmax:
                // Shifted by the largest value, so that raw logits of any size stay finite.
                TensorPrimitives.Subtract(row, TensorPrimitives.Max<float>(row), row);
                TensorPrimitives.SoftMax(row, row);
                break;
            case ActivationFunction.Tanh:
                TensorPrimitives.Tanh(row, row);
                break;
            case ActivationFunction.ReLU:
                TensorPrimitives.Max(row, 0f, row);
                break;
            case ActivationFunction.GELU:
                foreach (ref var value in row)
                    value = (float)(value * 0.5 * (1 + ErrorFunction(value / Math.Sqrt(2))));
                break;
            case ActivationFunction.SiLU:
                foreach (ref var value in row)
                    value /= 1 + MathF.Exp(-value);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(function), function, "Expected a member of ActivationFunction.");
        }
    }

    // The Maclaurin series near zero and the continued fraction of erfc beyond: below 1e-13 everywhere, and GELU is not on a hot path.
    private static double ErrorFunction(double x)
    {
        var size = Math.Abs(x);
        if (size > 6)
            return Math.Sign(x);
        if (size < 2.5)
        {
            double term = x, sum = x;
            for (var n = 1; n < 60; n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }

            return 2 / Math.Sqrt(Math.PI) * sum;
        }

        var fraction = size;
        for (var n = 60; n > 0; n--)
            fraction = size + n / 2.0 / fraction;
        return Math.Sign(x) * (1 - Math.Exp(-size * size) / (Math.Sqrt(Math.PI) * fraction));
    }
}
