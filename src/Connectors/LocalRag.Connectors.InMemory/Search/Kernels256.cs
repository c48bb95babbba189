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
    public static void CodeDots(sbyte* query, int sum, sbyte* codes, int stride, int rows, int* dots)
    {
        // Row after row, so that memory is read as one stream; four sums are folded at a time.
        var row = 0;
        var offset = Vector128.Create(128 * sum);
        for (; row <= rows - 4; row += 4, codes += 4L * stride)
        {
            var first = Avx2.HorizontalAdd(Raised(query, codes, stride), Raised(query, codes + stride, stride));
            var second = Avx2.HorizontalAdd(Raised(query, codes + 2L * stride, stride), Raised(query, codes + 3L * stride, stride));
            var sums = Avx2.HorizontalAdd(first, second);
            (sums.GetLower() + sums.GetUpper() - offset).Store(dots + row);
        }

        for (; row < rows; row++, codes += stride)
            dots[row] = Vector256.Sum(Raised(query, codes, stride)) - 128 * sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CodeDot(short* query, sbyte* code, int stride)
    {
        Vector256<int> a = default, b = default;
        for (nint i = 0; i < stride; i += 32)
        {
            a += Avx2.MultiplyAddAdjacent(Vector256.Load(query + i), Avx2.ConvertToVector256Int16(Vector128.Load(code + i)));
            b += Avx2.MultiplyAddAdjacent(Vector256.Load(query + i + 16), Avx2.ConvertToVector256Int16(Vector128.Load(code + i + 16)));
        }

        return Vector256.Sum(a + b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int SelectAbove(in CodeBound bound, int* dots, float* scales, float* errors, float* aux, int rows, float threshold, int* selected)
    {
        var count = 0;
        var row = 0;
        var (step, error, norm) = (Vector256.Create(bound.Step), Vector256.Create(bound.Error), Vector256.Create(bound.Norm));
        var (square, shrink) = (Vector256.Create(bound.Square), Vector256.Create(1 - bound.Rounding));
        var limit = Vector256.Create(threshold);
        for (; row <= rows - 8; row += 8)
        {
            var rowNorm = bound.Kind switch
            {
                MetricKind.Dot => Vector256.Load(aux + row),
                MetricKind.Cosine => Vector256<float>.One,
                _ => Vector256.Sqrt(Vector256.Load(aux + row)),
            };
            var upper = Vector256.ConvertToSingle(Vector256.Load(dots + row)) * step * Vector256.Load(scales + row);
            upper += error * rowNorm + norm * Vector256.Load(errors + row);
            if (bound.Kind == MetricKind.SquaredEuclidean)
                upper = upper + upper - shrink * (square + Vector256.Load(aux + row));
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

    /// <summary>The product of one row and a short code, plus 128 times the sum of the code, in eight parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Raised(sbyte* query, sbyte* code, int stride)
    {
        Vector256<int> a = default, b = default;
        for (nint i = 0; i < stride; i += 64)
        {
            a += Multiply(query + i, code + i);
            b += Multiply(query + i + 32, code + i + 32);
        }

        return a + b;
    }

    /// <remarks>The instruction wants one side unsigned: flipping the top bit adds 128 to every code.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Multiply(sbyte* query, sbyte* code)
    {
        var raised = Vector256.Load((byte*)code) ^ Vector256.Create((byte)0x80);
        return Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(raised, Vector256.Load(query)), Vector256<short>.One);
    }
}
