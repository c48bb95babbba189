namespace LocalRag.Connectors.InMemory;

/// <summary>Up to 4,096 vectors side by side: fp32 rows, int8 codes with their error bounds, and what the metric keeps per row.</summary>
/// <remarks>
/// Rows and codes are padded with zeros to whole cache lines, so that kernels need no tails. The memory belongs to
/// <see cref="Owner"/>: a native block of its own, or a mapped file.
/// </remarks>
internal sealed unsafe class VectorChunk
{
    public const int Shift = 12;
    public const int MaxRows = 1 << Shift;

    /// <summary>Rows that have no vector (null was stored), or null where every row has one.</summary>
    public bool[]? Missing;

    private VectorChunk(int capacity, object owner)
    {
        (Capacity, Owner) = (capacity, owner);
        Source = owner as BlockReader;
    }

    public int Capacity { get; }

    public object Owner { get; }

    /// <summary>The file that the chunk lies in, whose blocks are checked before they are used; null for memory of its own.</summary>
    public BlockReader? Source { get; }

    /// <summary>fp32 rows, <see cref="VectorLayout.Stride"/> floats each.</summary>
    public float* Rows { get; private init; }

    /// <summary>int8 codes, <see cref="VectorLayout.CodeStride"/> bytes each; null where the metric has no use for them.</summary>
    public sbyte* Codes { get; private init; }

    /// <summary>What one step of a code is worth; for cosine, already divided by the row's norm.</summary>
    public float* Scales { get; private init; }

    /// <summary>Upper bound of the norm of the difference between row and code; for cosine, divided by the row's norm.</summary>
    public float* Errors { get; private init; }

    /// <summary>Dot: norm. Cosine: inverse norm. Euclidean: squared norm. Otherwise unused.</summary>
    public float* Aux { get; private init; }

    public static VectorChunk Allocate(VectorLayout layout, int capacity)
    {
        // One block, so that large pages are well filled; what every scan reads lies in front. All parts are whole cache lines.
        var codeBytes = layout.HasCodes ? (long)capacity * layout.CodeStride : 0;
        var perRow = (capacity + 15L) & ~15L;
        var block = new NativeBuffer(codeBytes + (3 * perRow + (long)capacity * layout.Stride) * sizeof(float));
        var floats = (float*)(block.Pointer + codeBytes);
        return new VectorChunk(capacity, block)
        {
            Rows = floats + 3 * perRow,
            Codes = layout.HasCodes ? (sbyte*)block.Pointer : null,
            Scales = floats,
            Errors = floats + perRow,
            Aux = floats + 2 * perRow,
        };
    }

    /// <summary>A chunk over memory that <paramref name="owner"/> keeps alive; it is full and never written.</summary>
    public static VectorChunk Map(object owner, int capacity, float* rows, sbyte* codes, float* scales, float* errors, float* aux) =>
        new(capacity, owner) { Rows = rows, Codes = codes, Scales = scales, Errors = errors, Aux = aux };

    /// <summary>A larger chunk with the same first rows; readers of the old one are not disturbed.</summary>
    public VectorChunk Grow(VectorLayout layout, int capacity, int rows)
    {
        VerifyAll(layout, rows);
        var grown = Allocate(layout, capacity);
        Copy(Rows, grown.Rows, (long)rows * layout.Stride * sizeof(float));
        Copy(Scales, grown.Scales, (long)rows * sizeof(float));
        Copy(Errors, grown.Errors, (long)rows * sizeof(float));
        Copy(Aux, grown.Aux, (long)rows * sizeof(float));
        if (layout.HasCodes)
            Copy(Codes, grown.Codes, (long)rows * layout.CodeStride);
        if (Missing is not null)
        {
            grown.Missing = new bool[capacity];
            Missing.AsSpan(0, rows).CopyTo(grown.Missing);
        }

        GC.KeepAlive(this);
        return grown;
    }

    /// <summary>Checks codes and bounds before a scan reads them.</summary>
    public void VerifyCodes(VectorLayout layout, int rows)
    {
        if (Source is null)
            return;
        if (layout.HasCodes)
            Source.Verify(Codes, (long)rows * layout.CodeStride);
        Source.Verify(Scales, (long)rows * sizeof(float));
        Source.Verify(Errors, (long)rows * sizeof(float));
        Source.Verify(Aux, (long)rows * sizeof(float));
    }

    /// <summary>Checks one fp32 row before it is read.</summary>
    public void VerifyRow(VectorLayout layout, int row) =>
        Source?.Verify(Rows + (long)row * layout.Stride, (long)layout.Stride * sizeof(float));

    public void VerifyAll(VectorLayout layout, int rows)
    {
        VerifyCodes(layout, rows);
        Source?.Verify(Rows, (long)rows * layout.Stride * sizeof(float));
    }

    private static void Copy(void* source, void* target, long bytes) => Buffer.MemoryCopy(source, target, bytes, bytes);
}
