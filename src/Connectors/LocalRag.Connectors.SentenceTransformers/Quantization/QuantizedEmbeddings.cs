using System.Runtime.InteropServices;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>The codes of several vectors in one block of memory, row by row. Immutable and safe for concurrent use.</summary>
public sealed class QuantizedEmbeddings
{
    private readonly byte[] _codes;

    internal QuantizedEmbeddings(EmbeddingPrecision precision, int count, int dimensions, int rowLength, byte[] codes)
    {
        Precision = precision;
        Count = count;
        Dimensions = dimensions;
        RowLength = rowLength;
        _codes = codes;
    }

    /// <summary>What a code is.</summary>
    public EmbeddingPrecision Precision { get; }

    /// <summary>How many vectors.</summary>
    public int Count { get; }

    /// <summary>Components of the vectors that were quantised.</summary>
    public int Dimensions { get; }

    /// <summary>Codes per vector: one per component for <c>Int8</c> and <c>UInt8</c>, one per eight components otherwise.</summary>
    public int RowLength { get; }

    /// <summary>Whether codes are signed, as <see cref="SignedRow"/> reads them.</summary>
    public bool IsSigned => Precision is EmbeddingPrecision.Int8 or EmbeddingPrecision.Binary;

    /// <summary>The codes of all vectors as bytes, row by row.</summary>
    public ReadOnlyMemory<byte> Codes => _codes;

    /// <summary>The codes of one vector as bytes; signed codes in two's complement.</summary>
    /// <param name="index">Which vector, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vector.</exception>
    public ReadOnlySpan<byte> Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _codes.AsSpan(index * RowLength, RowLength);
    }

    /// <summary>The codes of one vector, of a signed precision.</summary>
    /// <param name="index">Which vector, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vector.</exception>
    /// <exception cref="InvalidOperationException">The precision is unsigned: use <see cref="Row"/>.</exception>
    public ReadOnlySpan<sbyte> SignedRow(int index) => IsSigned ? MemoryMarshal.Cast<byte, sbyte>(Row(index))
        : throw new InvalidOperationException($"Codes of precision {Precision} are unsigned. Use {nameof(Row)}.");
}
