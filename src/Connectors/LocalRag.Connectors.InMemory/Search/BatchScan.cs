namespace LocalRag.Connectors.InMemory;

/// <summary>Top-k of many queries over rows in memory, by inner product.</summary>
internal abstract unsafe class BatchScan
{
    /// <summary>The widest scan that this machine runs.</summary>
    public static BatchScan Default { get; } =
        Enum.GetValues<SimdLevel>().OrderDescending().Where(SearchEngine.IsSupported).Select(Create).First();

    public static BatchScan Create(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => new BatchScan<Tile512>(),
        SimdLevel.Vector256 => new BatchScan<Tile256>(),
        SimdLevel.Vector128 => new BatchScan<Tile128>(),
        _ => new BatchScan<TilePortable>(),
    };

    /// <summary>Lays out queries for <see cref="Scan"/>.</summary>
    public abstract NativeBuffer Pack(ReadOnlySpan<ReadOnlyMemory<float>> queries, int dimensions);

    /// <summary>Offers the products of all queries with some rows to the heaps of the queries.</summary>
    /// <param name="packed">The result of <see cref="Pack"/>.</param>
    /// <param name="rows">Contiguous rows.</param>
    /// <param name="stride">Floats from one row to the next, even; an odd last component has a zero behind it.</param>
    /// <param name="dimensions">Components of a row.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="first">The number of the first row.</param>
    /// <param name="best">One heap per query.</param>
    /// <param name="ahead">Addresses of rows that will be read after these, one per row, to be fetched meanwhile; empty for none.</param>
    public abstract void Scan(NativeBuffer packed, float* rows, int stride, int dimensions, int count, int first, Span<TopK> best, ReadOnlySpan<nint> ahead = default);
}
