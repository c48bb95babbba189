using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.InMemory;

/// <summary>Kernels for 128-bit registers (SSE and Arm AdvSimd).</summary>
internal readonly unsafe struct Kernels128 : IKernels
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static float Dot(float* left, float* right, int length)
    {
        var (a, b) = (Vector128<float>.Zero, Vector128<float>.Zero);
        var i = 0;
        for (; i <= length - 8; i += 8)
        {
            a = Vector128.FusedMultiplyAdd(Vector128.Load(left + i), Vector128.Load(right + i), a);
            b = Vector128.FusedMultiplyAdd(Vector128.Load(left + i + 4), Vector128.Load(right + i + 4), b);
        }

        for (; i < length; i += 4)
            a = Vector128.FusedMultiplyAdd(Vector128.Load(left + i), Vector128.Load(right + i), a);
        return Vector128.Sum(a + b);
    }

    public static float SquaredDistance(float* left, float* right, int length)
    {
        var sum = Vector128<float>.Zero;
        for (var i = 0; i < length; i += 4)
        {
            var difference = Vector128.Load(left + i) - Vector128.Load(right + i);
            sum = Vector128.FusedMultiplyAdd(difference, difference, sum);
        }

        return Vector128.Sum(sum);
    }

    public static float Manhattan(float* left, float* right, int length)
    {
        var sum = Vector128<float>.Zero;
        for (var i = 0; i < length; i += 4)
            sum += Vector128.Abs(Vector128.Load(left + i) - Vector128.Load(right + i));
        return Vector128.Sum(sum);
    }

    public static int Unequal(float* left, float* right, int length)
    {
        var equal = Vector128<int>.Zero;
        for (var i = 0; i < length; i += 4)
            equal += Vector128.Equals(Vector128.Load(left + i), Vector128.Load(right + i)).AsInt32();
        return length + Vector128.Sum(equal);
    }

    // Compiled once and fully: a first search must not run unoptimised loops.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CodeDots(sbyte* query, int sum, sbyte* codes, int stride, int rows, int* dots)
    {
        // Row after row, so that memory is read as one stream.
        for (var row = 0; row < rows; row++, codes += stride)
        {
            Vector128<int> a = default, b = default;
            for (nint i = 0; i < stride; i += 32)
            {
                a += Multiply(Vector128.Load(query + i), Vector128.Load(codes + i));
                b += Multiply(Vector128.Load(query + i + 16), Vector128.Load(codes + i + 16));
            }

            dots[row] = Vector128.Sum(a + b);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CodeDot(short* query, sbyte* code, int stride)
    {
        Vector128<int> a = default, b = default;
        for (nint i = 0; i < stride; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(code + i));
            a += Multiply(Vector128.Load(query + i), low);
            b += Multiply(Vector128.Load(query + i + 8), high);
        }

        return Vector128.Sum(a + b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int SelectAbove(in CodeBound bound, int* dots, float* scales, float* errors, float* aux, int rows, float threshold, int* selected)
    {
        var count = 0;
        var row = 0;
        var (step, error, norm) = (Vector128.Create(bound.Step), Vector128.Create(bound.Error), Vector128.Create(bound.Norm));
        var (square, shrink) = (Vector128.Create(bound.Square), Vector128.Create(1 - bound.Rounding));
        var limit = Vector128.Create(threshold);
        for (; row <= rows - 4; row += 4)
        {
            var rowNorm = bound.Kind switch
            {
                MetricKind.Dot => Vector128.Load(aux + row),
                MetricKind.Cosine => Vector128<float>.One,
                _ => Vector128.Sqrt(Vector128.Load(aux + row)),
            };
            var upper = Vector128.ConvertToSingle(Vector128.Load(dots + row)) * step * Vector128.Load(scales + row);
            upper += error * rowNorm + norm * Vector128.Load(errors + row);
            if (bound.Kind == MetricKind.SquaredEuclidean)
                upper = upper + upper - shrink * (square + Vector128.Load(aux + row));
            // Rows below the limit drop out; a NaN bound proves nothing and stays.
            var mask = ~Vector128.LessThan(upper, limit).ExtractMostSignificantBits() & 0xFU;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Multiply(Vector128<sbyte> query, Vector128<sbyte> code)
    {
        if (Dp.IsSupported)
            return Dp.DotProduct(default, query, code);
        var (queryLow, queryHigh) = Vector128.Widen(query);
        var (codeLow, codeHigh) = Vector128.Widen(code);
        return Multiply(queryLow, codeLow) + Multiply(queryHigh, codeHigh);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Multiply(Vector128<short> query, Vector128<short> code)
    {
        if (Sse2.IsSupported)
            return Sse2.MultiplyAddAdjacent(query, code);
        var (queryLow, queryHigh) = Vector128.Widen(query);
        var (codeLow, codeHigh) = Vector128.Widen(code);
        return queryLow * codeLow + queryHigh * codeHigh;
    }
}
