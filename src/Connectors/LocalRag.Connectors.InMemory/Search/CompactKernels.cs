using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LocalRag.Connectors.InMemory;

/// <summary>Exact integers over compact rows of equal length: whole cache lines of bytes, or whole words of bits, padded with zeros.</summary>
internal static class CompactKernels
{
    public static int DotBits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var a = MemoryMarshal.Cast<byte, ulong>(left);
        var b = MemoryMarshal.Cast<byte, ulong>(right);
        var sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += BitOperations.PopCount(a[i] & b[i]);
        return sum;
    }

    public static int DotSBytes(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var sum = Vector512<int>.Zero;
        for (var i = 0; i < left.Length; i += Vector512<byte>.Count)
        {
            var (a, b) = (Load(left, i).AsSByte(), Load(right, i).AsSByte());
            // A product of two signed bytes fits into 16 bits.
            Add(Vector512.WidenLower(a) * Vector512.WidenLower(b), ref sum);
            Add(Vector512.WidenUpper(a) * Vector512.WidenUpper(b), ref sum);
        }

        return Vector512.Sum(sum);

        static void Add(Vector512<short> products, ref Vector512<int> sum) => sum += Vector512.WidenLower(products) + Vector512.WidenUpper(products);
    }

    public static int DotBytes(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var sum = Vector512<uint>.Zero;
        for (var i = 0; i < left.Length; i += Vector512<byte>.Count)
        {
            var (a, b) = (Load(left, i), Load(right, i));
            Add(Vector512.WidenLower(a) * Vector512.WidenLower(b), ref sum);
            Add(Vector512.WidenUpper(a) * Vector512.WidenUpper(b), ref sum);
        }

        return (int)Vector512.Sum(sum);

        static void Add(Vector512<ushort> products, ref Vector512<uint> sum) => sum += Vector512.WidenLower(products) + Vector512.WidenUpper(products);
    }

    public static int ManhattanSBytes(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var sum = Vector512<uint>.Zero;
        for (var i = 0; i < left.Length; i += Vector512<byte>.Count)
        {
            var (a, b) = (Load(left, i).AsSByte(), Load(right, i).AsSByte());
            // The difference may leave the signed range, and is right as an unsigned byte.
            AddAll((Vector512.Max(a, b) - Vector512.Min(a, b)).AsByte(), ref sum);
        }

        return (int)Vector512.Sum(sum);
    }

    public static int ManhattanBytes(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var sum = Vector512<uint>.Zero;
        for (var i = 0; i < left.Length; i += Vector512<byte>.Count)
        {
            var (a, b) = (Load(left, i), Load(right, i));
            AddAll(Vector512.Max(a, b) - Vector512.Min(a, b), ref sum);
        }

        return (int)Vector512.Sum(sum);
    }

    public static int UnequalBytes(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var equal = 0;
        for (var i = 0; i < left.Length; i += Vector512<byte>.Count)
            equal += BitOperations.PopCount(Vector512.Equals(Load(left, i), Load(right, i)).ExtractMostSignificantBits());
        return left.Length - equal;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Load(ReadOnlySpan<byte> bytes, int index) => Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(bytes), (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddAll(Vector512<byte> values, ref Vector512<uint> sum)
    {
        var shorts = Vector512.WidenLower(values) + Vector512.WidenUpper(values);
        sum += Vector512.WidenLower(shorts) + Vector512.WidenUpper(shorts);
    }
}
