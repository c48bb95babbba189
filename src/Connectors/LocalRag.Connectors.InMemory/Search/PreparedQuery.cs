using System.Numerics.Tensors;

namespace LocalRag.Connectors.InMemory;

/// <summary>A query laid out for the kernels: padded fp32, and codes of 7 and of 16 bits with the bounds that go with them.</summary>
/// <remarks>The short codes are for every row, the long ones for the few rows that the short ones cannot rule out.</remarks>
internal sealed unsafe class PreparedQuery : IDisposable
{
    // Two products of an unsigned byte with a number of this range still fit into 16 bits.
    private const int ShortRange = 63;

    private readonly NativeBuffer _memory;

    public PreparedQuery(VectorLayout layout, ReadOnlySpan<float> query)
    {
        Layout = layout;
        var floats = ((long)layout.Stride * sizeof(float) + 63) & ~63L;
        _memory = new NativeBuffer(floats + (long)layout.CodeStride * (sizeof(short) + sizeof(sbyte)));
        LongCode = (short*)(_memory.Pointer + floats);
        ShortCode = (sbyte*)(LongCode + layout.CodeStride);
        var values = new Span<float>(Vector, layout.Dimensions);
        query.CopyTo(values);
        var (norm, _) = VectorEncoder.Measure(Vector, layout.Stride);
        if (layout.Kind == MetricKind.Cosine)
        {
            // As in sentence-transformers, a zero query has cosine 0 with everything.
            if (norm > 0 && float.IsFinite(norm))
                TensorPrimitives.Divide(values, norm, values);
            norm = norm > 0 ? 1.00001f : 0;
        }

        UsesCodes = layout.HasCodes && TryEncode(values, norm);
    }

    public VectorLayout Layout { get; }

    public float* Vector => (float*)_memory.Pointer;

    public sbyte* ShortCode { get; }

    /// <summary>The sum of the short code.</summary>
    public int ShortSum { get; private set; }

    public CodeBound ShortBound { get; private set; }

    public short* LongCode { get; }

    public CodeBound LongBound { get; private set; }

    /// <summary>False for queries that codes cannot bound: zero, not finite, or of extreme size. They take the fp32 scan.</summary>
    public bool UsesCodes { get; }

    public void Dispose() => _memory.Dispose();

    private bool TryEncode(ReadOnlySpan<float> query, float norm)
    {
        var largest = MathF.Abs(TensorPrimitives.MaxMagnitude(query));
        if (!QueryEncoder.CanEncode(norm, largest))
            return false;

        // No lane of an accumulator may overflow: at worst every product is 127 · range, a quarter of them in one lane.
        var range = (int)Math.Min(32767, int.MaxValue / (127L * (Layout.CodeStride / 4 + 8)));
        var (step, shortStep) = (largest / range, largest / ShortRange);
        double squares = 0, shortSquares = 0;
        for (var i = 0; i < query.Length; i++)
        {
            var (code, rest) = QueryEncoder.Quantize(query[i], step, range);
            LongCode[i] = (short)code;
            squares += rest * rest;
            (code, rest) = QueryEncoder.Quantize(query[i], shortStep, ShortRange);
            ShortCode[i] = (sbyte)code;
            ShortSum += code;
            shortSquares += rest * rest;
        }

        LongBound = QueryEncoder.Bound(Layout.Kind, Layout.Dimensions, step, squares, norm);
        ShortBound = QueryEncoder.Bound(Layout.Kind, Layout.Dimensions, shortStep, shortSquares, norm);
        return true;
    }
}
