namespace LocalRag.Connectors.InMemory;

/// <summary>Top-k of many queries over a block of rows, by inner product, for data where codes rule most rows out.</summary>
/// <remarks>
/// The products of 7-bit codes cost well under half of what fp32 products cost, and with the bounds of <see cref="CodeBound"/>
/// they prove that most rows cannot rank. The others get their fp32 product, summed in the order of <see cref="ITileKernel"/>,
/// so that hits and scores are those of <see cref="BatchScan"/> to the bit.
/// </remarks>
internal abstract unsafe class BatchSieve
{
    /// <summary>The widest sieve that this machine runs; null where fp32 products are as fast.</summary>
    public static BatchSieve? Default { get; } = Create(SimdLevel.Vector512) ?? Create(SimdLevel.Vector256);

    /// <summary>Null where the machine has no registers of that width, or they have no products of bytes that would pay.</summary>
    public static BatchSieve? Create(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 when CodeTile512.IsSupported => new BatchSieve<CodeTile512>(),
        SimdLevel.Vector256 when CodeTile256.IsSupported => new BatchSieve<CodeTile256>(),
        _ => null,
    };

    /// <summary>Lays out queries for <see cref="TryScan"/>; null when codes cannot bound one of them.</summary>
    public abstract CodedQueries? Pack(ReadOnlySpan<ReadOnlyMemory<float>> queries, int dimensions);

    /// <summary>Offers the rows of a block that may rank to the heaps of the queries; false, with nothing offered, when they are too many.</summary>
    /// <param name="queries">The result of <see cref="Pack"/>.</param>
    /// <param name="block">The rows.</param>
    /// <param name="best">One heap per query.</param>
    /// <param name="floors">Per query a key that its k-th best row is known to reach.</param>
    public abstract bool TryScan(CodedQueries queries, RowBlock block, Span<TopK> best, ReadOnlySpan<float> floors);
}
