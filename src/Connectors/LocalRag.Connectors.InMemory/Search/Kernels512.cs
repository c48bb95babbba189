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

    // Widening 16 bytes to 256 bits is one operation, 32 bytes to 512 bits are several: measured, the narrower loop wins.
    public static void CodeDots(short* query, sbyte* codes, int stride, int rows, int* dots) =>
        Kernels256.CodeDots(query, codes, stride, rows, dots);

    // Compiled once and fully: a first search must not run unoptimised loops.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
}
