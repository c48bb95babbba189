using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.InMemory;

/// <summary>Kernels for 512-bit registers (AVX-512).</summary>
internal readonly unsafe struct Kernels512 : IKernels
{
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported;

    public static float Dot(float* left, float* right, int length)
    {
        var (a, b) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var i = 0;
        for (; i <= length - 32; i += 32)
        {
            a = Vector512.FusedMultiplyAdd(Vector512.Load(left + i), Vector512.Load(right + i), a);
            b = Vector512.FusedMultiplyAdd(Vector512.Load(left + i + 16), Vector512.Load(right + i + 16), b);
        }

        for (; i < length; i += 16)
            a = Vector512.FusedMultiplyAdd(Vector512.Load(left + i), Vector512.Load(right + i), a);
        return Vector512.Sum(a + b);
    }

    public static float SquaredDistance(float* left, float* right, int length)
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < length; i += 16)
        {
            var difference = Vector512.Load(left + i) - Vector512.Load(right + i);
            sum = Vector512.FusedMultiplyAdd(difference, difference, sum);
        }

        return Vector512.Sum(sum);
    }

    public static float Manhattan(float* left, float* right, int length)
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < length; i += 16)
            sum += Vector512.Abs(Vector512.Load(left + i) - Vector512.Load(right + i));
        return Vector512.Sum(sum);
    }

    public static int Unequal(float* left, float* right, int length)
    {
        var equal = Vector512<int>.Zero;
        for (var i = 0; i < length; i += 16)
            equal += Vector512.Equals(Vector512.Load(left + i), Vector512.Load(right + i)).AsInt32();
        return length + Vector512.Sum(equal);
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
            var first = Avx2.HorizontalAdd(Folded(query, codes, stride), Folded(query, codes + stride, stride));
            var second = Avx2.HorizontalAdd(Folded(query, codes + 2L * stride, stride), Folded(query, codes + 3L * stride, stride));
            var sums = Avx2.HorizontalAdd(first, second);
            (sums.GetLower() + sums.GetUpper() - offset).Store(dots + row);
        }

        for (; row < rows; row++, codes += stride)
            dots[row] = Vector256.Sum(Folded(query, codes, stride)) - 128 * sum;
    }

    public static int CodeDot(short* query, sbyte* code, int stride) => Kernels256.CodeDot(query, code, stride);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int SelectAbove(in CodeBound bound, int* dots, float* scales, float* errors, float* aux, int rows, float threshold, int* selected)
    {
        var count = 0;
        var row = 0;
        var (step, error, norm) = (Vector512.Create(bound.Step), Vector512.Create(bound.Error), Vector512.Create(bound.Norm));
        var (square, shrink) = (Vector512.Create(bound.Square), Vector512.Create(1 - bound.Rounding));
        var limit = Vector512.Create(threshold);
        for (; row <= rows - 16; row += 16)
        {
            var rowNorm = bound.Kind switch
            {
                MetricKind.Dot => Vector512.Load(aux + row),
                MetricKind.Cosine => Vector512<float>.One,
                _ => Vector512.Sqrt(Vector512.Load(aux + row)),
            };
            var upper = Vector512.ConvertToSingle(Vector512.Load(dots + row)) * step * Vector512.Load(scales + row);
            upper += error * rowNorm + norm * Vector512.Load(errors + row);
            if (bound.Kind == MetricKind.SquaredEuclidean)
                upper = upper + upper - shrink * (square + Vector512.Load(aux + row));
            // Rows below the limit drop out; a NaN bound proves nothing and stays.
            var mask = ~Vector512.LessThan(upper, limit).ExtractMostSignificantBits() & 0xFFFFUL;
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
    private static Vector256<int> Folded(sbyte* query, sbyte* code, int stride)
    {
        Vector512<int> a = default, b = default;
        nint i = 0;
        for (; i <= stride - 128; i += 128)
        {
            a += Multiply(query + i, code + i);
            b += Multiply(query + i + 64, code + i + 64);
        }

        if (i < stride)
            a += Multiply(query + i, code + i);
        a += b;
        return a.GetLower() + a.GetUpper();
    }

    /// <remarks>The instruction wants one side unsigned: flipping the top bit adds 128 to every code.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Multiply(sbyte* query, sbyte* code)
    {
        var raised = Vector512.Load((byte*)code) ^ Vector512.Create((byte)0x80);
        return Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(raised, Vector512.Load(query)), Vector512<short>.One);
    }
}
