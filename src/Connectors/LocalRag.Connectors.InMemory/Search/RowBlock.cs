using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Rows of a corpus that many queries are compared with, and their codes for the sieve, each made when it is first needed.</summary>
/// <remarks>Dispose frees the memory. One thread at a time.</remarks>
internal sealed unsafe class RowBlock : IDisposable
{
    private readonly IReadOnlyList<ReadOnlyMemory<float>> _corpus;
    private readonly bool _normalize;
    private readonly int _dimensions;
    private readonly NativeBuffer _memory;
    private readonly bool[] _copied;
    private bool _coded;

    /// <param name="corpus">The rows, all of one length.</param>
    /// <param name="normalize">Whether to scale them to length 1.</param>
    /// <param name="dimensions">Components of a row, 1 or more.</param>
    /// <param name="capacity">Rows of the block at most, a multiple of the rows of every tile.</param>
    public RowBlock(IReadOnlyList<ReadOnlyMemory<float>> corpus, bool normalize, int dimensions, int capacity)
    {
        (_corpus, _normalize, _dimensions) = (corpus, normalize, dimensions);
        Stride = (dimensions + 15) & ~15;
        // A vector register may reach beyond the last row.
        _memory = new NativeBuffer((long)capacity * Stride * (sizeof(float) + sizeof(byte)) + 3L * capacity * sizeof(float) + NativeBuffer.Alignment);
        Scales = (float*)_memory.Pointer + (long)capacity * Stride;
        Errors = Scales + capacity;
        Norms = Errors + capacity;
        Codes = (byte*)(Norms + capacity);
        _copied = new bool[capacity];
    }

    /// <summary>The number of the first row in the corpus.</summary>
    public int First { get; private set; }

    public int Count { get; private set; }

    /// <summary>Components from one row to the next, for rows and codes alike.</summary>
    public int Stride { get; }

    /// <summary>See <see cref="ICodeTile"/>; valid after <see cref="Encode"/>.</summary>
    public byte* Codes { get; }

    /// <summary>What one step of a row's code is worth.</summary>
    public float* Scales { get; }

    /// <summary>The norm of what a row's code leaves out, rounded up; infinite for rows without a code.</summary>
    public float* Errors { get; }

    public float* Norms { get; }

    public void Dispose() => _memory.Dispose();

    /// <summary>Makes this the block of some other rows.</summary>
    public void MoveTo(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _copied.Length);
        (First, Count, _coded) = (first, count, false);
        _copied.AsSpan().Clear();
    }

    /// <summary>A row in fp32, padded with zeros.</summary>
    public float* Row(int index)
    {
        var row = (float*)_memory.Pointer + (long)index * Stride;
        if (_copied[index])
            return row;
        var copy = new Span<float>(row, _dimensions);
        _corpus[First + index].Span.CopyTo(copy);
        if (_normalize)
            VectorSimilarity.Normalize(copy);
        _copied[index] = true;
        return row;
    }

    /// <summary>All rows in fp32, one after the other.</summary>
    public float* Rows()
    {
        for (var i = 0; i < Count; i++)
            _ = Row(i);
        return (float*)_memory.Pointer;
    }

    /// <summary>Addresses of the rows that follow in the corpus. Should the collector move one, fetching it is in vain.</summary>
    public void RowsBehind(Span<nint> addresses)
    {
        for (var i = 0; i < addresses.Length; i++)
        {
            var row = _corpus[Math.Min(First + Count + i, _corpus.Count - 1)].Span;
            addresses[i] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(row));
        }
    }

    public void Encode()
    {
        for (var i = 0; i < Count && !_coded; i++)
        {
            if (_dimensions != Stride)
            {
                EncodeRow(i, Row(i));
                continue;
            }

            fixed (float* row = _corpus[First + i].Span)
                EncodeRow(i, row);
        }

        _coded = true;
    }

    private void EncodeRow(int index, float* row)
    {
        var (norm, largest) = VectorEncoder.Measure(row, Stride);
        if (!VectorEncoder.TryQuantize(row, (sbyte*)Codes + (long)index * Stride, Stride, _dimensions, norm, largest, ICodeTile.Range, ICodeTile.Raise, out var scale, out var error) || !_normalize)
        {
            (Scales[index], Errors[index], Norms[index]) = (scale, error, norm);
            return;
        }

        // Row(i) is divided by a norm that was summed in another order, or is held above a smallest one.
        var rounding = (_dimensions + 16) * 1.2e-7f;
        (Scales[index], Errors[index], Norms[index]) = norm > 1e-11f
            ? (scale / norm, error / norm * 1.00001f + rounding, 1.00001f + rounding)
            : (0, float.PositiveInfinity, 1);
    }
}
