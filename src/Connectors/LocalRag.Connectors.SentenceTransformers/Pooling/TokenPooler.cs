using System.Numerics.Tensors;

namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>Turns the vectors of the tokens that count into one vector.</summary>
/// <param name="tokens">The counting tokens' vectors, one after another; empty where none counts, which gives zero.</param>
/// <param name="skipped">How many tokens of the text were left out before them (a prompt that does not count).</param>
/// <param name="result">Receives the vector; its length is the width of a token.</param>
internal delegate void TokenPooler(ReadOnlySpan<float> tokens, int skipped, Span<float> result);

/// <summary>The pooling modes as kernels.</summary>
internal static class TokenPoolers
{
    // torch clamps the number of tokens at this, so that a text without any gives zero and not NaN.
    private const float SmallestCount = 1e-9f;

    public static TokenPooler Of(PoolingMode mode) => mode switch
    {
        PoolingMode.Cls => First,
        PoolingMode.Max => Max,
        PoolingMode.Mean => Mean,
        PoolingMode.MeanSqrtLength => MeanSqrtLength,
        PoolingMode.WeightedMean => WeightedMean,
        PoolingMode.LastToken => Last,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    private static void First(ReadOnlySpan<float> tokens, int skipped, Span<float> result)
    {
        if (tokens.IsEmpty)
            result.Clear();
        else
            tokens[..result.Length].CopyTo(result);
    }

    private static void Last(ReadOnlySpan<float> tokens, int skipped, Span<float> result)
    {
        if (tokens.IsEmpty)
            result.Clear();
        else
            tokens[^result.Length..].CopyTo(result);
    }

    private static void Max(ReadOnlySpan<float> tokens, int skipped, Span<float> result)
    {
        First(tokens, skipped, result);
        for (var start = result.Length; start < tokens.Length; start += result.Length)
            TensorPrimitives.Max(result, tokens.Slice(start, result.Length), result);
    }

    private static void Mean(ReadOnlySpan<float> tokens, int skipped, Span<float> result)
    {
        Sum(tokens, result);
        TensorPrimitives.Divide(result, MathF.Max(tokens.Length / result.Length, SmallestCount), result);
    }

    private static void MeanSqrtLength(ReadOnlySpan<float> tokens, int skipped, Span<float> result)
    {
        Sum(tokens, result);
        TensorPrimitives.Divide(result, MathF.Sqrt(MathF.Max(tokens.Length / result.Length, SmallestCount)), result);
    }

    // Weights grow with the position in the text: 1 for its first token, a prompt included. (SGPT, arXiv:2202.08904, eq. 1.)
    private static void WeightedMean(ReadOnlySpan<float> tokens, int skipped, Span<float> result)
    {
        result.Clear();
        var weight = skipped;
        var total = 0f;
        for (var start = 0; start < tokens.Length; start += result.Length)
        {
            weight++;
            total += weight;
            TensorPrimitives.MultiplyAdd(tokens.Slice(start, result.Length), weight, result, result);
        }

        TensorPrimitives.Divide(result, MathF.Max(total, SmallestCount), result);
    }

    private static void Sum(ReadOnlySpan<float> tokens, Span<float> result)
    {
        result.Clear();
        for (var start = 0; start < tokens.Length; start += result.Length)
            TensorPrimitives.Add(result, tokens.Slice(start, result.Length), result);
    }
}
