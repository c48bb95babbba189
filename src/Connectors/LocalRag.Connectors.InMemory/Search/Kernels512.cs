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

    public static void CodeDots(short* query, sbyte* codes, int stride, int rows, int* dots)
    {
        var row = 0;
        for (; row <= rows - 4; row += 4)
        {
            var code = codes + (long)row * stride;
            Vector512<int> a = default, b = default, c = default, d = default;
            for (var i = 0; i < stride; i += 32)
            {
                var q = Vector512.Load(query + i);
                a += Multiply(q, code + i);
                b += Multiply(q, code + i + stride);
                c += Multiply(q, code + i + 2 * stride);
                d += Multiply(q, code + i + 3 * stride);
            }

            dots[row] = Vector512.Sum(a);
            dots[row + 1] = Vector512.Sum(b);
            dots[row + 2] = Vector512.Sum(c);
            dots[row + 3] = Vector512.Sum(d);
        }

        for (; row < rows; row++)
        {
            var code = codes + (long)row * stride;
            Vector512<int> a = default;
            for (var i = 0; i < stride; i += 32)
                a += Multiply(Vector512.Load(query + i), code + i);
            dots[row] = Vector512.Sum(a);
        }
    }

    public static int SelectAbove(in CodeBound bound, int* dots, float* scales, float* errors, float* aux, int rows, float threshold, int* selected)
    {
        var count = 0;
        var row = 0;
        var (step, slack, norm) = (Vector512.Create(bound.Step), Vector512.Create(bound.Slack), Vector512.Create(bound.Norm));
        var (factor, offset, auxFactor) = (Vector512.Create(bound.Factor), Vector512.Create(bound.Offset), Vector512.Create(bound.AuxFactor));
        var limit = Vector512.Create(threshold);
        for (; row <= rows - 16; row += 16)
        {
            var upper = Vector512.ConvertToSingle(Vector512.Load(dots + row)) * step + slack;
            upper = upper * Vector512.Load(scales + row) + norm * Vector512.Load(errors + row);
            upper = upper * factor + offset + auxFactor * Vector512.Load(aux + row);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Multiply(Vector512<short> query, sbyte* code)
    {
        var wide = Avx512BW.ConvertToVector512Int16(Vector256.Load(code));
        return Avx512BW.MultiplyAddAdjacent(query, wide);
    }
}
