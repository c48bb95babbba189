namespace LocalRag.Connectors.InMemory;

/// <summary>How the vectors of one property lie in memory.</summary>
internal sealed class VectorLayout(int dimensions, MetricKind kind)
{
    public int Dimensions { get; } = dimensions;

    public MetricKind Kind { get; } = kind;

    /// <summary>Floats per fp32 row: whole cache lines.</summary>
    public int Stride { get; } = (dimensions + 15) & ~15;

    /// <summary>Bytes of a vector outside of memory, without padding.</summary>
    public int RowBytes { get; } = dimensions * sizeof(float);

    /// <summary>Bytes per code row: whole cache lines.</summary>
    public int CodeStride { get; } = (dimensions + 63) & ~63;

    /// <summary>Manhattan and Hamming distances are not bounded by an inner product, so they keep fp32 only.</summary>
    public bool HasCodes { get; } = kind is MetricKind.Dot or MetricKind.Cosine or MetricKind.SquaredEuclidean;
}
