namespace LocalRag.Connectors.InMemory;

/// <summary>Queries laid out for <see cref="BatchSieve"/>: fp32 rows, panels of codes (see <see cref="ICodeTile"/>), and bounds.</summary>
internal sealed unsafe class CodedQueries : IDisposable
{
    private readonly NativeBuffer _memory;

    private CodedQueries(int count, int dimensions)
    {
        (Count, Dimensions) = (count, dimensions);
        Lanes = (count + ICodeTile.FewestQueries - 1) / ICodeTile.FewestQueries * ICodeTile.FewestQueries;
        Components = (dimensions + ICodeTile.Step - 1) / ICodeTile.Step * ICodeTile.Step;
        Stride = (dimensions + 15) & ~15;
        // A vector register may reach beyond the last query.
        _memory = new NativeBuffer((long)count * Stride * sizeof(float) + Lanes * (4L * sizeof(float) + Components) + NativeBuffer.Alignment);
        Offsets = (int*)(Rows + (long)count * Stride);
        Steps = (float*)(Offsets + Lanes);
        Errors = Steps + Lanes;
        Norms = Errors + Lanes;
        Panels = (sbyte*)(Norms + Lanes);
    }

    public int Count { get; }

    /// <summary>The number of queries, rounded up to whole panels.</summary>
    public int Lanes { get; }

    public int Dimensions { get; }

    /// <summary>Codes per query: <see cref="Dimensions"/> rounded up to whole steps.</summary>
    public int Components { get; }

    /// <summary>Floats from one query to the next.</summary>
    public int Stride { get; }

    public float* Rows => (float*)_memory.Pointer;

    /// <summary>What undoes the raising of the rows' codes, per lane.</summary>
    public int* Offsets { get; }

    /// <summary><see cref="CodeBound.Step"/> per lane.</summary>
    public float* Steps { get; }

    /// <summary><see cref="CodeBound.Error"/> per lane.</summary>
    public float* Errors { get; }

    /// <summary><see cref="CodeBound.Norm"/> per lane.</summary>
    public float* Norms { get; }

    /// <summary>The panels, one after the other: the first queries · <see cref="Components"/> bytes are those of the first panel.</summary>
    public sbyte* Panels { get; }

    /// <summary>Null when codes cannot bound one of the queries.</summary>
    /// <param name="queries">The queries, all of one length.</param>
    /// <param name="dimensions">Their length.</param>
    /// <param name="widest">The queries of a full panel.</param>
    public static CodedQueries? TryCreate(ReadOnlySpan<ReadOnlyMemory<float>> queries, int dimensions, int widest)
    {
        var coded = new CodedQueries(queries.Length, dimensions);
        for (int first = 0, width; first < queries.Length; first += width)
        {
            width = coded.Width(first, widest);
            for (var i = first; i < Math.Min(first + width, queries.Length); i++)
            {
                if (coded.TryEncode(queries[i].Span, i, first, width))
                    continue;
                coded.Dispose();
                return null;
            }
        }

        return coded;
    }

    /// <summary>The width of the panel that starts with a query.</summary>
    public int Width(int first, int widest) => Lanes - first >= widest ? widest : ICodeTile.FewestQueries;

    public void Dispose() => _memory.Dispose();

    private bool TryEncode(ReadOnlySpan<float> query, int index, int first, int width)
    {
        var row = Rows + (long)index * Stride;
        query.CopyTo(new Span<float>(row, Dimensions));
        var (norm, largest) = VectorEncoder.Measure(row, Stride);
        if (!QueryEncoder.CanEncode(norm, largest))
            return false;
        var step = largest / ICodeTile.Range;
        var panel = Panels + (long)first * Components;
        var sum = 0;
        double squares = 0;
        for (var k = 0; k < query.Length; k++)
        {
            var (code, rest) = QueryEncoder.Quantize(query[k], step, ICodeTile.Range);
            panel[(k & ~3) * width + 4 * (index - first) + (k & 3)] = (sbyte)code;
            sum += code;
            squares += rest * rest;
        }

        var bound = QueryEncoder.Bound(MetricKind.Dot, Dimensions, step, squares, norm);
        (Offsets[index], Steps[index], Errors[index], Norms[index]) = (-ICodeTile.Raise * sum, bound.Step, bound.Error, bound.Norm);
        return true;
    }
}
