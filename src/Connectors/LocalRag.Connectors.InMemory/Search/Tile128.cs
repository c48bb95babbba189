using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LocalRag.Connectors.InMemory;

/// <summary>Inner products of 4 rows with 8 queries at a time: 8 accumulators of 128 bits and nothing else in the loop.</summary>
/// <remarks>No call may be reachable from the loop, or the compiler would keep every accumulator in memory.</remarks>
internal readonly unsafe struct Tile128 : ITileKernel
{
    public static int Rows => 4;

    public static int Queries => 8;

    public static bool IsSupported => Kernels128.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* panel, float* rows, int stride, int dimensions, float* scores)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride;
        Vector128<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector128<float> b0 = default, b1 = default, b2 = default, b3 = default;
        for (nint k = 0; k < dimensions; k++)
        {
            var (p, q) = (Vector128.Load(panel + 8 * k), Vector128.Load(panel + 8 * k + 4));
            var x0 = Vector128.Create(r0[k]);
            a0 = Vector128.FusedMultiplyAdd(x0, p, a0);
            b0 = Vector128.FusedMultiplyAdd(x0, q, b0);
            var x1 = Vector128.Create(r1[k]);
            a1 = Vector128.FusedMultiplyAdd(x1, p, a1);
            b1 = Vector128.FusedMultiplyAdd(x1, q, b1);
            var x2 = Vector128.Create(r2[k]);
            a2 = Vector128.FusedMultiplyAdd(x2, p, a2);
            b2 = Vector128.FusedMultiplyAdd(x2, q, b2);
            var x3 = Vector128.Create(r3[k]);
            a3 = Vector128.FusedMultiplyAdd(x3, p, a3);
            b3 = Vector128.FusedMultiplyAdd(x3, q, b3);
        }

        a0.Store(scores);
        b0.Store(scores + 4);
        a1.Store(scores + 8);
        b1.Store(scores + 12);
        a2.Store(scores + 16);
        b2.Store(scores + 20);
        a3.Store(scores + 24);
        b3.Store(scores + 28);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyHalf(float* panel, float* rows, int stride, int dimensions, float* scores)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride;
        Vector128<float> a0 = default, a1 = default, a2 = default, a3 = default;
        for (nint k = 0; k < dimensions; k++)
        {
            var p = Vector128.Load(panel + 4 * k);
            a0 = Vector128.FusedMultiplyAdd(Vector128.Create(r0[k]), p, a0);
            a1 = Vector128.FusedMultiplyAdd(Vector128.Create(r1[k]), p, a1);
            a2 = Vector128.FusedMultiplyAdd(Vector128.Create(r2[k]), p, a2);
            a3 = Vector128.FusedMultiplyAdd(Vector128.Create(r3[k]), p, a3);
        }

        a0.Store(scores);
        a1.Store(scores + 4);
        a2.Store(scores + 8);
        a3.Store(scores + 12);
    }
}
