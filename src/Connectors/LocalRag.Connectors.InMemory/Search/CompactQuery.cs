using System.Numerics.Tensors;

namespace LocalRag.Connectors.InMemory;

/// <summary>A query against compact rows. Where its components are of the form of the rows, keys come from exact integers; else from floats.</summary>
internal sealed class CompactQuery
{
    private readonly VectorLayout _layout;
    private readonly float[] _values;
    private readonly byte[] _bytes;
    private readonly double _squaredNorm;
    private readonly KeyOf _key;

    public CompactQuery(VectorLayout layout, ReadOnlySpan<float> query)
    {
        _layout = layout;
        _values = query.ToArray();
        _bytes = new byte[layout.CompactStride];
        if (!CompactRows.Fits(layout.Form, query))
        {
            _squaredNorm = TensorPrimitives.SumOfSquares(query);
            _key = FloatKey;
            return;
        }

        CompactRows.Encode(layout.Form, query, _bytes);
        _squaredNorm = CompactRows.SquaredNorm(layout.Form, _bytes);
        Kernel dot = layout.Form switch
        {
            CompactForm.Bits => CompactKernels.DotBits,
            CompactForm.Byte => CompactKernels.DotBytes,
            _ => CompactKernels.DotSBytes,
        };
        _key = (layout.Kind, layout.Form) switch
        {
            (MetricKind.Dot, _) => (row, _, _) => dot(_bytes, row),
            (MetricKind.Cosine, _) => (row, squares, _) => Cosine(dot(_bytes, row), squares),
            // Of bits, every distance is a number of unequal ones.
            (MetricKind.SquaredEuclidean, _) or (_, CompactForm.Bits) => (row, squares, _) => -(float)(squares + _squaredNorm - 2.0 * dot(_bytes, row)),
            (MetricKind.Manhattan, CompactForm.Byte) => (row, _, _) => -CompactKernels.ManhattanBytes(_bytes, row),
            (MetricKind.Manhattan, _) => (row, _, _) => -CompactKernels.ManhattanSBytes(_bytes, row),
            _ => (row, _, _) => -CompactKernels.UnequalBytes(_bytes, row),
        };
    }

    private delegate int Kernel(ReadOnlySpan<byte> query, ReadOnlySpan<byte> row);

    private delegate float KeyOf(ReadOnlySpan<byte> row, uint squaredNorm, Span<float> scratch);

    /// <summary>The key of a row: higher for closer vectors.</summary>
    /// <param name="row">The row with its padding.</param>
    /// <param name="squaredNorm">Its squared norm.</param>
    /// <param name="scratch">Room for one vector of floats.</param>
    public float Key(ReadOnlySpan<byte> row, uint squaredNorm, Span<float> scratch) => _key(row, squaredNorm, scratch);

    private float Cosine(double dot, uint squares) =>
        squares == 0 || _squaredNorm == 0 ? 0 : (float)(dot / (Math.Sqrt(squares) * Math.Sqrt(_squaredNorm)));

    private float FloatKey(ReadOnlySpan<byte> row, uint squares, Span<float> scratch)
    {
        CompactRows.Decode(_layout.Form, row, scratch);
        switch (_layout.Kind)
        {
            case MetricKind.Dot:
                return TensorPrimitives.Dot(_values, scratch);
            case MetricKind.Cosine:
                return Cosine(TensorPrimitives.Dot(_values, scratch), squares);
            case MetricKind.Hamming:
                return -TensorPrimitives.HammingDistance<float>(_values, scratch);
            default:
                TensorPrimitives.Subtract(_values, scratch, scratch);
                return _layout.Kind == MetricKind.Manhattan ? -TensorPrimitives.SumOfMagnitudes<float>(scratch) : -TensorPrimitives.SumOfSquares<float>(scratch);
        }
    }
}
