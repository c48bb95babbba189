namespace LocalRag.Connectors.InMemory;

/// <summary>A query laid out for the kernels: padded fp32, 16-bit integers, and the bound that goes with them.</summary>
internal sealed unsafe class PreparedQuery : IDisposable
{
    private readonly NativeBuffer _memory;

    public PreparedQuery(VectorLayout layout, ReadOnlySpan<float> query)
    {
        Layout = layout;
        var codeOffset = ((long)layout.Stride * sizeof(float) + 63) & ~63L;
        _memory = new NativeBuffer(codeOffset + (long)layout.CodeStride * sizeof(short));
        var values = new Span<float>(Vector, layout.Dimensions);
        query.CopyTo(values);
        var (norm, _) = VectorEncoder.Measure(Vector, layout.Stride);
        if (layout.Kind == MetricKind.Cosine)
        {
            // As in sentence-transformers, a zero query has cosine 0 with everything.
            if (norm > 0 && float.IsFinite(norm))
                System.Numerics.Tensors.TensorPrimitives.Divide(values, norm, values);
            norm = norm > 0 ? 1.00001f : 0;
        }

        Code = (short*)(_memory.Pointer + codeOffset);
        UsesCodes = layout.HasCodes && TryEncode(values, norm);
    }

    public VectorLayout Layout { get; }

    public float* Vector => (float*)_memory.Pointer;

    public short* Code { get; }

    /// <summary>False for queries that codes cannot bound: zero, not finite, or of extreme size. They take the fp32 scan.</summary>
    public bool UsesCodes { get; }

    public CodeBound Bound { get; private set; }

    public void Dispose() => _memory.Dispose();

    private bool TryEncode(ReadOnlySpan<float> query, float norm)
    {
        var largest = MathF.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(query));
        if (!float.IsFinite(norm * norm) || !(norm > 1e-15f) || !(largest > 1e-25f))
            return false;

        // No lane of an accumulator may overflow: at worst every product is 127 · range, a quarter of them in one lane.
        var range = (int)Math.Min(32767, int.MaxValue / (127L * (Layout.CodeStride / 4 + 8)));
        var step = largest / range;
        double squares = 0;
        for (var i = 0; i < query.Length; i++)
        {
            var code = Math.Clamp((int)Math.Round(query[i] / (double)step), -range, range);
            Code[i] = (short)code;
            var rest = query[i] - (double)step * code;
            squares += rest * rest;
        }

        var root = 127 * Math.Sqrt(Layout.Dimensions);
        var rounding = (Layout.Dimensions + 16) * 1.2e-7;
        var slack = (float)(root * (Math.Sqrt(squares) * 1.001 + 2 * rounding * norm));
        var bound = (float)(norm * (1 + 2 * rounding));
        Bound = Layout.Kind == MetricKind.SquaredEuclidean
            ? new CodeBound(step, slack, bound, 2, (float)(-(double)norm * norm * (1 - 4 * rounding)), (float)(-(1 - 4 * rounding)))
            : new CodeBound(step, slack, bound, 1, 0, 0);
        return true;
    }
}
