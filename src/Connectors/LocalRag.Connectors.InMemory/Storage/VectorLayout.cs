namespace LocalRag.Connectors.InMemory;

/// <summary>How the vectors of one property lie in memory.</summary>
internal sealed class VectorLayout(int dimensions, MetricKind kind, Type element)
{
    // Sums of products of longer vectors would leave 32 bits; those stay floats.
    private const int LongestCompact = 32_768;

    public int Dimensions { get; } = dimensions;

    public MetricKind Kind { get; } = kind;

    public CompactForm Form { get; } =
        dimensions > LongestCompact ? CompactForm.None
        : element == typeof(sbyte) ? CompactForm.SByte
        : element == typeof(byte) ? CompactForm.Byte
        : element == typeof(bool) ? CompactForm.Bits
        : CompactForm.None;

    public bool IsCompact => Form != CompactForm.None;

    /// <summary>Floats per fp32 row: whole cache lines.</summary>
    public int Stride { get; } = (dimensions + 15) & ~15;

    /// <summary>Bytes per code row: whole cache lines.</summary>
    public int CodeStride { get; } = (dimensions + 63) & ~63;

    /// <summary>Bytes per compact row: whole words of bits, or whole cache lines of bytes.</summary>
    public int CompactStride => Form == CompactForm.Bits ? (Dimensions + 63) / 64 * 8 : CodeStride;

    /// <summary>Bytes of a vector outside of memory, without padding.</summary>
    public int RowBytes => Form switch
    {
        CompactForm.None => Dimensions * sizeof(float),
        CompactForm.Bits => (Dimensions + 7) / 8,
        _ => Dimensions,
    };

    /// <summary>Manhattan and Hamming distances are not bounded by an inner product, so they keep fp32 only; compact rows need no codes.</summary>
    public bool HasCodes => !IsCompact && Kind is (MetricKind.Dot or MetricKind.Cosine or MetricKind.SquaredEuclidean);
}
