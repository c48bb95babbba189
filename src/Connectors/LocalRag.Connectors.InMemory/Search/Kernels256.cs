using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.InMemory;

/// <summary>Kernels for 256-bit registers (AVX2).</summary>
internal readonly unsafe struct Kernels256 : IKernels
{
    public static bool IsSupported => Vector256.IsHardwareAccelerated && Avx2.IsSupported;

    public static float Dot(float* left, float* right, int length)
    {
        var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var i = 0;
        for (; i <= length - 16; i += 16)
        {
            a = Vector256.FusedMultiplyAdd(Vector256.Load(left + i), Vector256.Load(right + i), a);
            b = Vector256.FusedMultiplyAdd(Vector256.Load(left + i + 8), Vector256.Load(right + i + 8), b);
        }

        for (; i < length; i += 8)
            a = Vector256.FusedMultiplyAdd(Vector256.Load(left + i), Vector256.Load(right + i), a);
        return Vector256.Sum(a + b);
    }

    public static float SquaredDistance(float* left, float* right, int length)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < length; i += 8)
        {
            var difference = Vector256.Load(left + i) - Vector256.Load(right + i);
            sum = Vector256.FusedMultiplyAdd(difference, difference, sum);
        }

        return Vector256.Sum(sum);
    }

    public static float Manhattan(float* left, float* right, int length)
    {
        var sum = Vector256<float>.Zero;
        for (var i = 0; i < length; i += 8)
            sum += Vector256.Abs(Vector256.Load(left + i) - Vector256.Load(right + i));
        return Vector256.Sum(sum);
    }

    public static int Unequal(float* left, float* right, int length)
    {
        var equal = Vector256<int>.Zero;
        for (var i = 0; i < length; i += 8)
            equal += Vector256.Equals(Vector256.Load(left + i), Vector256.Load(right + i)).AsInt32();
        return length + Vector256.Sum(equal);
    }

    // Compiled once and fully: a first search must not run unoptimised loops.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CodeDots(short* query, sbyte* codes, int stride, int rows, int* dots)
    {
        // Row after row, so that memory is read as one stream; four sums are folded at a time.
        var row = 0;
        for (; row <= rows - 4; row += 4, codes += 4L * stride)
        {
            var first = Avx2.HorizontalAdd(CodeDot(query, codes, stride), CodeDot(query, codes + stride, stride));
            var second = Avx2.HorizontalAdd(CodeDot(query, codes + 2L * stride, stride), CodeDot(query, codes + 3L * stride, stride));
            var sums = Avx2.HorizontalAdd(first, second);
            (sums.GetLower() + sums.GetUpper()).Store(dots + row);
        }

        for (; row < rows; row++, codes += stride)
            dots[row] = Vector256.Sum(CodeDot(query, codes, stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int SelectAbove(in CodeBound bound, int* dots, float* scales, float* errors, float* aux, int rows, float threshold, int* selected)
    {
        var count = 0;
        var row = 0;
        var (step, slack, norm) = (Vector256.Create(bound.Step), Vector256.Create(bound.Slack), Vector256.Create(bound.Norm));
        var (factor, offset, auxFactor) = (Vector256.Create(bound.Factor), Vector256.Create(bound.Offset), Vector256.Create(bound.AuxFactor));
        var limit = Vector256.Create(threshold);
        for (; row <= rows - 8; row += 8)
        {
            var upper = Vector256.ConvertToSingle(Vector256.Load(dots + row)) * step + slack;
            upper = upper * Vector256.Load(scales + row) + norm * Vector256.Load(errors + row);
            upper = upper * factor + offset + auxFactor * Vector256.Load(aux + row);
            // Rows below the limit drop out; a NaN bound proves nothing and stays.
            var mask = ~Vector256.LessThan(upper, limit).ExtractMostSignificantBits() & 0xFFU;
            for (; mask != 0; mask &= mask - 1)
                selected[count++] = row + System.Numerics.BitOperations.TrailingZeroCount(mask);
        }

        for (; row < rows; row++)
        {
            if (!(bound.Upper(dots[row], scales[row], errors[row], aux[row]) < threshold))
                selected[count++] = row;
        }

        return count;
    }

    /// <summary>The product of one row, in eight parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> CodeDot(short* query, sbyte* code, int stride)
    {
        Vector256<int> a = default, b = default;
        for (nint i = 0; i < stride; i += 32)
        {
            // The next pages are asked for early: the processor itself stops at their border.
            Prefetch(code + i + 4096);
            a += Multiply(Vector256.Load(query + i), code + i);
            b += Multiply(Vector256.Load(query + i + 16), code + i + 16);
        }

        return a + b;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(sbyte* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Multiply(Vector256<short> query, sbyte* code)
    {
        var wide = Avx2.ConvertToVector256Int16(Vector128.Load(code));
        return Avx2.MultiplyAddAdjacent(query, wide);
    }
}
