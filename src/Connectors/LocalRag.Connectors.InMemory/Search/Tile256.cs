using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LocalRag.Connectors.InMemory;

/// <summary>Inner products of 6 rows with 16 queries at a time: 12 accumulators of 256 bits and nothing else in the loop.</summary>
/// <remarks>No call may be reachable from the loop, or the compiler would keep every accumulator in memory.</remarks>
internal readonly unsafe struct Tile256 : ITileKernel
{
    public static int Rows => 6;

    public static int Queries => 16;

    public static bool IsSupported => Kernels256.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* panel, float* rows, int stride, int dimensions, float* scores)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        for (nint k = 0; k < dimensions; k++)
        {
            var (p, q) = (Vector256.Load(panel + 16 * k), Vector256.Load(panel + 16 * k + 8));
            var x0 = Vector256.Create(r0[k]);
            a0 = Vector256.FusedMultiplyAdd(x0, p, a0);
            b0 = Vector256.FusedMultiplyAdd(x0, q, b0);
            var x1 = Vector256.Create(r1[k]);
            a1 = Vector256.FusedMultiplyAdd(x1, p, a1);
            b1 = Vector256.FusedMultiplyAdd(x1, q, b1);
            var x2 = Vector256.Create(r2[k]);
            a2 = Vector256.FusedMultiplyAdd(x2, p, a2);
            b2 = Vector256.FusedMultiplyAdd(x2, q, b2);
            var x3 = Vector256.Create(r3[k]);
            a3 = Vector256.FusedMultiplyAdd(x3, p, a3);
            b3 = Vector256.FusedMultiplyAdd(x3, q, b3);
            var x4 = Vector256.Create(r4[k]);
            a4 = Vector256.FusedMultiplyAdd(x4, p, a4);
            b4 = Vector256.FusedMultiplyAdd(x4, q, b4);
            var x5 = Vector256.Create(r5[k]);
            a5 = Vector256.FusedMultiplyAdd(x5, p, a5);
            b5 = Vector256.FusedMultiplyAdd(x5, q, b5);
        }

        a0.Store(scores);
        b0.Store(scores + 8);
        a1.Store(scores + 16);
        b1.Store(scores + 24);
        a2.Store(scores + 32);
        b2.Store(scores + 40);
        a3.Store(scores + 48);
        b3.Store(scores + 56);
        a4.Store(scores + 64);
        b4.Store(scores + 72);
        a5.Store(scores + 80);
        b5.Store(scores + 88);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyHalf(float* panel, float* rows, int stride, int dimensions, float* scores)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        for (nint k = 0; k < dimensions; k++)
        {
            var p = Vector256.Load(panel + 8 * k);
            a0 = Vector256.FusedMultiplyAdd(Vector256.Create(r0[k]), p, a0);
            a1 = Vector256.FusedMultiplyAdd(Vector256.Create(r1[k]), p, a1);
            a2 = Vector256.FusedMultiplyAdd(Vector256.Create(r2[k]), p, a2);
            a3 = Vector256.FusedMultiplyAdd(Vector256.Create(r3[k]), p, a3);
            a4 = Vector256.FusedMultiplyAdd(Vector256.Create(r4[k]), p, a4);
            a5 = Vector256.FusedMultiplyAdd(Vector256.Create(r5[k]), p, a5);
        }

        a0.Store(scores);
        a1.Store(scores + 8);
        a2.Store(scores + 16);
        a3.Store(scores + 24);
        a4.Store(scores + 32);
        a5.Store(scores + 40);
    }
}
