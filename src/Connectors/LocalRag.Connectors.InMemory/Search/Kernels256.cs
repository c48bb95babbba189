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

    public static void CodeDots(short* query, sbyte* codes, int stride, int rows, int* dots)
    {
        var row = 0;
        for (; row <= rows - 4; row += 4)
        {
            var code = codes + (long)row * stride;
            Vector256<int> a = default, b = default, c = default, d = default;
            for (var i = 0; i < stride; i += 16)
            {
                var q = Vector256.Load(query + i);
                a += Multiply(q, code + i);
                b += Multiply(q, code + i + stride);
                c += Multiply(q, code + i + 2 * stride);
                d += Multiply(q, code + i + 3 * stride);
            }

            dots[row] = Vector256.Sum(a);
            dots[row + 1] = Vector256.Sum(b);
            dots[row + 2] = Vector256.Sum(c);
            dots[row + 3] = Vector256.Sum(d);
        }

        for (; row < rows; row++)
        {
            var code = codes + (long)row * stride;
            Vector256<int> a = default;
            for (var i = 0; i < stride; i += 16)
                a += Multiply(Vector256.Load(query + i), code + i);
            dots[row] = Vector256.Sum(a);
        }
    }

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Multiply(Vector256<short> query, sbyte* code)
    {
        var wide = Avx2.ConvertToVector256Int16(Vector128.Load(code));
        return Avx2.MultiplyAddAdjacent(query, wide);
    }
}
