using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LocalRag.Benchmarks.Search;

/// <summary>What the machine can do at most.</summary>
internal static unsafe class Limits
{
    /// <summary>Reads memory as fast as one thread can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Read(byte* bytes, long count)
    {
        Vector512<int> a = default, b = default, c = default, d = default;
        for (long i = 0; i <= count - 256; i += 256)
        {
            a |= Vector512.Load((int*)(bytes + i));
            b |= Vector512.Load((int*)(bytes + i + 64));
            c |= Vector512.Load((int*)(bytes + i + 128));
            d |= Vector512.Load((int*)(bytes + i + 192));
        }

        return Vector512.Sum(a | b | c | d);
    }

    /// <summary>Multiplies and adds as fast as one thread can; returns the number of floating-point operations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double MultiplyAdd(int loops, out float sink)
    {
        var x = Vector512.Create(0.999f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (var loop = 0; loop < loops; loop++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, x);
            b = Vector512.FusedMultiplyAdd(b, x, x);
            c = Vector512.FusedMultiplyAdd(c, x, x);
            d = Vector512.FusedMultiplyAdd(d, x, x);
            e = Vector512.FusedMultiplyAdd(e, x, x);
            f = Vector512.FusedMultiplyAdd(f, x, x);
            g = Vector512.FusedMultiplyAdd(g, x, x);
            h = Vector512.FusedMultiplyAdd(h, x, x);
            i = Vector512.FusedMultiplyAdd(i, x, x);
            j = Vector512.FusedMultiplyAdd(j, x, x);
        }

        sink = Vector512.Sum(a + b + c + d + e + f + g + h + i + j);
        return loops * 10.0 * 16 * 2;
    }
}
