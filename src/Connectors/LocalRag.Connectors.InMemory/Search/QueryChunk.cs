namespace LocalRag.Connectors.InMemory;

/// <summary>Queries that are multiplied together, laid out for the sieve and for fp32 products. Safe for concurrent use; Dispose frees the memory.</summary>
internal sealed unsafe class QueryChunk : IDisposable
{
    private readonly NativeBuffer _packed;
    private readonly CodedQueries? _coded;
    private readonly int _first;
    private readonly int _count;
    private readonly int _dimensions;
    private readonly float[] _floors;

    /// <param name="queries">The queries.</param>
    /// <param name="first">The number of the first one.</param>
    /// <param name="dimensions">Their length.</param>
    public QueryChunk(ReadOnlySpan<ReadOnlyMemory<float>> queries, int first, int dimensions)
    {
        (_first, _count, _dimensions) = (first, queries.Length, dimensions);
        _packed = BatchScan.Default.Pack(queries, dimensions);
        _coded = BatchSieve.Default?.Pack(queries, dimensions);
        _floors = new float[queries.Length];
        Array.Fill(_floors, float.NegativeInfinity);
    }

    /// <summary>Offers the rows of a block to the heaps of all queries, of which those of this chunk are used.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="best">The heaps.</param>
    /// <param name="pause">Keeps the sieve from data that it does not help with; one for each caller and chunk.</param>
    public void Scan(RowBlock block, Span<TopK> best, ref SievePause pause)
    {
        best = best.Slice(_first, _count);
        if (_coded is not null && pause.IsOver() && Raise(best))
        {
            if (BatchSieve.Default!.TryScan(_coded, block, best, _floors))
            {
                pause.Reset();
                return;
            }

            pause.Start();
        }

        Span<nint> ahead = stackalloc nint[block.Count];
        block.RowsBehind(ahead);
        BatchScan.Default.Scan(_packed, block.Rows(), block.Stride, _dimensions, block.Count, block.First, best, ahead);
    }

    public void Dispose()
    {
        _packed.Dispose();
        _coded?.Dispose();
    }

    /// <summary>
    /// Shares what the caller's heaps prove with the other threads; false while a query has no floor, which lets every row
    /// through. What two threads write at the same time may be lost, and costs others a few rows more.
    /// </summary>
    private bool Raise(ReadOnlySpan<TopK> heaps)
    {
        var (floors, lowest) = (_floors, float.PositiveInfinity);
        for (var i = 0; i < heaps.Length; i++)
        {
            floors[i] = MathF.Max(floors[i], heaps[i].Threshold);
            lowest = MathF.Min(lowest, floors[i]);
        }

        return lowest > float.NegativeInfinity;
    }
}
