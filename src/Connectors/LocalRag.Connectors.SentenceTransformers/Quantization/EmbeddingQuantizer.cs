using System.Numerics.Tensors;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>Stores vectors in one byte or one bit per component, with the codes of <c>sentence_transformers.quantize_embeddings</c> computed in 32-bit floats.</summary>
public static class EmbeddingQuantizer
{
    private const int Steps = 255;

    /// <summary>Quantises vectors.</summary>
    /// <param name="embeddings">Vectors of one length; may be empty.</param>
    /// <param name="precision">What a code is.</param>
    /// <param name="ranges">
    /// The range of every component for <see cref="EmbeddingPrecision.Int8"/> and <see cref="EmbeddingPrecision.UInt8"/>; values outside are clipped. Null takes the ranges of
    /// <paramref name="embeddings"/> themselves, which makes codes of two calls incomparable. The binary precisions need none.
    /// </param>
    /// <returns>The codes.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="embeddings"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="precision"/> is not a member of the enumeration.</exception>
    public static QuantizedEmbeddings Quantize(IReadOnlyList<float[]> embeddings, EmbeddingPrecision precision, EmbeddingRanges? ranges = null)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        if (!Enum.IsDefined(precision))
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "Expected Int8, UInt8, Binary or UBinary.");
        var dimensions = embeddings.Count == 0 ? ranges?.Dimensions ?? 0 : embeddings[0]?.Length ?? 0;
        for (var i = 0; i < embeddings.Count; i++)
        {
            var vector = embeddings[i] ?? throw new ArgumentNullException(nameof(embeddings), $"Vector {i} is null.");
            if (vector.Length != dimensions)
                throw new ArgumentException($"Vector {i} has {vector.Length} components; expected {dimensions}, as the first has.", nameof(embeddings));
        }

        if (precision is EmbeddingPrecision.Binary or EmbeddingPrecision.UBinary)
            return PackBits(embeddings, precision, dimensions);
        if (ranges is not null && ranges.Dimensions != dimensions)
            throw new ArgumentException($"The ranges are of {ranges.Dimensions} components, the vectors of {dimensions}. Take them from vectors of the same model.", nameof(ranges));
        return embeddings.Count == 0 ? new(precision, 0, dimensions, dimensions, []) : Scale(embeddings, precision, ranges ?? EmbeddingRanges.Of(embeddings));
    }

    private static QuantizedEmbeddings Scale(IReadOnlyList<float[]> embeddings, EmbeddingPrecision precision, EmbeddingRanges ranges)
    {
        var dimensions = ranges.Dimensions;
        var steps = new float[dimensions];
        TensorPrimitives.Subtract(ranges.Maximum, ranges.Minimum, steps);
        TensorPrimitives.Divide(steps, Steps, steps);
        var offset = precision == EmbeddingPrecision.Int8 ? 128 : 0;
        var codes = new byte[checked(embeddings.Count * dimensions)];
        for (var row = 0; row < embeddings.Count; row++)
        {
            var vector = embeddings[row];
            var target = codes.AsSpan(row * dimensions, dimensions);
            for (var i = 0; i < target.Length; i++)
            {
                // A component that is the same everywhere has no steps; its code says "smallest".
                var step = steps[i] == 0 ? 0 : MathF.Floor((vector[i] - ranges.Minimum[i]) / steps[i]);
                target[i] = unchecked((byte)((int)Math.Clamp(float.IsNaN(step) ? 0 : step, 0, Steps) - offset));
            }
        }

        return new(precision, embeddings.Count, dimensions, dimensions, codes);
    }

    private static QuantizedEmbeddings PackBits(IReadOnlyList<float[]> embeddings, EmbeddingPrecision precision, int dimensions)
    {
        var rowLength = (dimensions + 7) / 8;
        var flip = precision == EmbeddingPrecision.Binary ? 0x80 : 0; // Less 128, modulo 256.
        var codes = new byte[checked(embeddings.Count * rowLength)];
        for (var row = 0; row < embeddings.Count; row++)
        {
            var vector = embeddings[row];
            var target = codes.AsSpan(row * rowLength, rowLength);
            for (var i = 0; i < vector.Length; i++)
            {
                if (vector[i] > 0)
                    target[i / 8] |= (byte)(0x80 >> (i % 8));
            }

            foreach (ref var code in target)
                code ^= (byte)flip;
        }

        return new(precision, embeddings.Count, dimensions, rowLength, codes);
    }
}
