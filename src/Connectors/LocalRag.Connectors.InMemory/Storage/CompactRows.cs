using System.Numerics;

namespace LocalRag.Connectors.InMemory;

/// <summary>Compact rows of a chunk: they lie where the codes of float rows do, and <see cref="VectorChunk.Aux"/> holds their squared norms as integers.</summary>
internal static unsafe class CompactRows
{
    public static VectorChunk Allocate(VectorLayout layout, int capacity)
    {
        var bytes = ((long)capacity * layout.CompactStride + NativeBuffer.Alignment - 1) / NativeBuffer.Alignment * NativeBuffer.Alignment;
        var block = new NativeBuffer(bytes + (long)capacity * sizeof(uint));
        return VectorChunk.Map(block, capacity, null, (sbyte*)block.Pointer, null, null, (float*)(block.Pointer + bytes));
    }

    /// <summary>A larger chunk with the same first rows.</summary>
    public static VectorChunk Grow(VectorLayout layout, VectorChunk chunk, int capacity, int rows)
    {
        Verify(layout, chunk, 0, rows);
        var grown = Allocate(layout, capacity);
        for (var row = 0; row < rows; row++)
            Copy(layout, chunk, row, grown, row);
        if (chunk.Missing is { } missing)
        {
            grown.Missing = new bool[capacity];
            missing.AsSpan(0, rows).CopyTo(grown.Missing);
        }

        return grown;
    }

    public static void Verify(VectorLayout layout, VectorChunk chunk, int first, int count)
    {
        chunk.Source?.Verify(chunk.Codes + (long)first * layout.CompactStride, (long)count * layout.CompactStride);
        chunk.Source?.Verify(chunk.Aux + first, (long)count * sizeof(uint));
    }

    public static void Copy(VectorLayout layout, VectorChunk source, int sourceRow, VectorChunk target, int targetRow)
    {
        Bytes(layout, source, sourceRow).CopyTo(Bytes(layout, target, targetRow));
        target.Aux[targetRow] = source.Aux[sourceRow];
        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }

    /// <summary>A row with its padding.</summary>
    public static Span<byte> Bytes(VectorLayout layout, VectorChunk chunk, int row) =>
        new((byte*)chunk.Codes + (long)row * layout.CompactStride, layout.CompactStride);

    /// <summary>Every component is a value of the form.</summary>
    public static bool Fits(CompactForm form, ReadOnlySpan<float> vector)
    {
        var (low, high) = form switch
        {
            CompactForm.SByte => (sbyte.MinValue, sbyte.MaxValue),
            CompactForm.Byte => (byte.MinValue, byte.MaxValue),
            _ => (0, 1),
        };
        foreach (var value in vector)
        {
            if (!(value >= low && value <= high && (int)value == value))
                return false;
        }

        return true;
    }

    /// <summary>Writes components that fit, and zeros behind them.</summary>
    public static void Encode(CompactForm form, ReadOnlySpan<float> vector, Span<byte> row)
    {
        row.Clear();
        for (var i = 0; i < vector.Length; i++)
        {
            if (form == CompactForm.Bits)
                row[i >> 3] |= (byte)((int)vector[i] << (i & 7));
            else
                row[i] = form == CompactForm.Byte ? (byte)vector[i] : (byte)(sbyte)vector[i];
        }
    }

    public static void Decode(CompactForm form, ReadOnlySpan<byte> row, Span<float> vector)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = form switch
            {
                CompactForm.Bits => (row[i >> 3] >> (i & 7)) & 1,
                CompactForm.Byte => row[i],
                _ => (sbyte)row[i],
            };
        }
    }

    public static uint SquaredNorm(CompactForm form, ReadOnlySpan<byte> row)
    {
        var sum = 0u;
        foreach (var value in row)
            sum += form switch
            {
                CompactForm.Bits => (uint)BitOperations.PopCount(value),
                CompactForm.Byte => (uint)value * value,
                _ => (uint)((sbyte)value * (sbyte)value),
            };
        return sum;
    }
}
