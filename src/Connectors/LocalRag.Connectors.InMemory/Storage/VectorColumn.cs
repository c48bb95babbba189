using System.Runtime.InteropServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>The vectors of one property, in chunks.</summary>
/// <remarks>One writer at a time; readers take <see cref="Chunks"/> once and see every row that was published before.</remarks>
internal sealed unsafe class VectorColumn(VectorLayout layout)
{
    private const int FirstChunkRows = 64;

    private VectorChunk[] _chunks = [];

    public VectorLayout Layout { get; } = layout;

    public VectorChunk[] Chunks => Volatile.Read(ref _chunks);

    /// <summary>Makes room for rows below <paramref name="rows"/>, of which <paramref name="used"/> hold data.</summary>
    public void EnsureCapacity(int rows, int used)
    {
        var needed = (rows + VectorChunk.MaxRows - 1) >> VectorChunk.Shift;
        var chunks = _chunks;
        var last = rows - ((needed - 1) << VectorChunk.Shift);
        if (needed == 0 || chunks.Length == needed && chunks[^1].Capacity >= last)
            return;
        var grown = chunks.Length >= needed ? (VectorChunk[])chunks.Clone() : [.. chunks, .. new VectorChunk[needed - chunks.Length]];
        for (var i = Math.Max(0, chunks.Length - 1); i < needed; i++)
        {
            // Only the first chunk starts small and doubles, so that a tiny collection stays tiny.
            var capacity = i > 0 || needed > 1 ? VectorChunk.MaxRows
                : Math.Min(VectorChunk.MaxRows, Math.Max(FirstChunkRows, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)last)));
            if (grown[i] is null)
                grown[i] = Layout.IsCompact ? CompactRows.Allocate(Layout, capacity) : VectorChunk.Allocate(Layout, capacity);
            else if (grown[i].Capacity < capacity)
                grown[i] = Grow(grown[i], capacity, Math.Min(VectorChunk.MaxRows, used - (i << VectorChunk.Shift)));
        }

        Volatile.Write(ref _chunks, grown);
    }

    /// <summary>Takes over chunks of a file; only for a column without rows.</summary>
    public void Adopt(VectorChunk[] chunks) => Volatile.Write(ref _chunks, chunks);

    /// <summary>Writes a vector, with its code, into a row that is not published yet.</summary>
    public void Set(int row, ReadOnlySpan<float> vector)
    {
        var chunk = _chunks[row >> VectorChunk.Shift];
        var local = row & (VectorChunk.MaxRows - 1);
        if (Layout.IsCompact)
        {
            var bytes = CompactRows.Bytes(Layout, chunk, local);
            CompactRows.Encode(Layout.Form, vector, bytes);
            ((uint*)chunk.Aux)[local] = CompactRows.SquaredNorm(Layout.Form, bytes);
        }
        else
        {
            vector.CopyTo(new Span<float>(chunk.Rows + (long)local * Layout.Stride, Layout.Dimensions));
            VectorEncoder.Encode(Layout, chunk, local);
        }

        chunk.Missing?[local] = false;
        GC.KeepAlive(chunk);
    }

    public void SetMissing(int row)
    {
        var chunk = _chunks[row >> VectorChunk.Shift];
        (chunk.Missing ??= new bool[chunk.Capacity])[row & (VectorChunk.MaxRows - 1)] = true;
    }

    public bool IsMissing(int row) =>
        Chunks[row >> VectorChunk.Shift].Missing is { } missing && missing[row & (VectorChunk.MaxRows - 1)];

    public float[] Get(int row)
    {
        var chunk = Chunks[row >> VectorChunk.Shift];
        var local = row & (VectorChunk.MaxRows - 1);
        var vector = new float[Layout.Dimensions];
        if (Layout.IsCompact)
        {
            CompactRows.Verify(Layout, chunk, local, 1);
            CompactRows.Decode(Layout.Form, CompactRows.Bytes(Layout, chunk, local), vector);
        }
        else
        {
            chunk.VerifyRow(Layout, local);
            new ReadOnlySpan<float>(chunk.Rows + (long)local * Layout.Stride, Layout.Dimensions).CopyTo(vector);
        }

        GC.KeepAlive(chunk);
        return vector;
    }

    /// <summary>A vector as it is written to a journal.</summary>
    public byte[] GetBytes(int row)
    {
        if (!Layout.IsCompact)
            return MemoryMarshal.AsBytes(Get(row).AsSpan()).ToArray();
        var chunk = Chunks[row >> VectorChunk.Shift];
        CompactRows.Verify(Layout, chunk, row & (VectorChunk.MaxRows - 1), 1);
        var bytes = CompactRows.Bytes(Layout, chunk, row & (VectorChunk.MaxRows - 1))[..Layout.RowBytes].ToArray();
        GC.KeepAlive(chunk);
        return bytes;
    }

    /// <summary>Writes what <see cref="GetBytes"/> has returned into a row that is not published yet.</summary>
    public void SetBytes(int row, ReadOnlySpan<byte> bytes)
    {
        if (!Layout.IsCompact)
        {
            Set(row, MemoryMarshal.Cast<byte, float>(bytes));
            return;
        }

        var vector = new float[Layout.Dimensions];
        CompactRows.Decode(Layout.Form, bytes, vector);
        Set(row, vector);
    }

    /// <summary>Copies a row with its code and bounds as they are.</summary>
    public void CopyRow(VectorColumn source, int sourceRow, int row)
    {
        if (source.IsMissing(sourceRow))
        {
            SetMissing(row);
            return;
        }

        var from = source.Chunks[sourceRow >> VectorChunk.Shift];
        var to = _chunks[row >> VectorChunk.Shift];
        if (Layout.IsCompact)
        {
            CompactRows.Verify(Layout, from, sourceRow & (VectorChunk.MaxRows - 1), 1);
            CompactRows.Copy(Layout, from, sourceRow & (VectorChunk.MaxRows - 1), to, row & (VectorChunk.MaxRows - 1));
            return;
        }

        long f = sourceRow & (VectorChunk.MaxRows - 1), t = row & (VectorChunk.MaxRows - 1);
        from.VerifyCodes(Layout, Math.Min(from.Capacity, VectorChunk.MaxRows));
        from.VerifyRow(Layout, (int)f);
        new ReadOnlySpan<float>(from.Rows + f * Layout.Stride, Layout.Stride).CopyTo(new Span<float>(to.Rows + t * Layout.Stride, Layout.Stride));
        if (Layout.HasCodes)
            new ReadOnlySpan<sbyte>(from.Codes + f * Layout.CodeStride, Layout.CodeStride).CopyTo(new Span<sbyte>(to.Codes + t * Layout.CodeStride, Layout.CodeStride));
        to.Scales[t] = from.Scales[f];
        to.Errors[t] = from.Errors[f];
        to.Aux[t] = from.Aux[f];
        GC.KeepAlive(from);
        GC.KeepAlive(to);
    }

    private VectorChunk Grow(VectorChunk chunk, int capacity, int rows) =>
        Layout.IsCompact ? CompactRows.Grow(Layout, chunk, capacity, rows) : chunk.Grow(Layout, capacity, rows);
}
