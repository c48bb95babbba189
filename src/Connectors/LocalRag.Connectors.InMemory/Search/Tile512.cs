using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LocalRag.Connectors.InMemory;

/// <summary>Inner products of 12 rows with 32 queries at a time: 24 accumulators of 512 bits and nothing else in the loop.</summary>
/// <remarks>No call may be reachable from the loop, or the compiler would keep every accumulator in memory.</remarks>
internal readonly unsafe struct Tile512 : ITileKernel
{
    public static int Rows => 12;

    public static int Queries => 32;

    public static bool IsSupported => Kernels512.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* panel, float* rows, int stride, int dimensions, float* scores)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride, r6 = rows + 6 * stride, r7 = rows + 7 * stride, r8 = rows + 8 * stride, r9 = rows + 9 * stride, r10 = rows + 10 * stride, r11 = rows + 11 * stride;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default, b8 = default, b9 = default, b10 = default, b11 = default;
        for (nint k = 0; k < dimensions; k++)
        {
            var (p, q) = (Vector512.Load(panel + 32 * k), Vector512.Load(panel + 32 * k + 16));
            var x0 = Vector512.Create(r0[k]);
            a0 = Vector512.FusedMultiplyAdd(x0, p, a0);
            b0 = Vector512.FusedMultiplyAdd(x0, q, b0);
            var x1 = Vector512.Create(r1[k]);
            a1 = Vector512.FusedMultiplyAdd(x1, p, a1);
            b1 = Vector512.FusedMultiplyAdd(x1, q, b1);
            var x2 = Vector512.Create(r2[k]);
            a2 = Vector512.FusedMultiplyAdd(x2, p, a2);
            b2 = Vector512.FusedMultiplyAdd(x2, q, b2);
            var x3 = Vector512.Create(r3[k]);
            a3 = Vector512.FusedMultiplyAdd(x3, p, a3);
            b3 = Vector512.FusedMultiplyAdd(x3, q, b3);
            var x4 = Vector512.Create(r4[k]);
            a4 = Vector512.FusedMultiplyAdd(x4, p, a4);
            b4 = Vector512.FusedMultiplyAdd(x4, q, b4);
            var x5 = Vector512.Create(r5[k]);
            a5 = Vector512.FusedMultiplyAdd(x5, p, a5);
            b5 = Vector512.FusedMultiplyAdd(x5, q, b5);
            var x6 = Vector512.Create(r6[k]);
            a6 = Vector512.FusedMultiplyAdd(x6, p, a6);
            b6 = Vector512.FusedMultiplyAdd(x6, q, b6);
            var x7 = Vector512.Create(r7[k]);
            a7 = Vector512.FusedMultiplyAdd(x7, p, a7);
            b7 = Vector512.FusedMultiplyAdd(x7, q, b7);
            var x8 = Vector512.Create(r8[k]);
            a8 = Vector512.FusedMultiplyAdd(x8, p, a8);
            b8 = Vector512.FusedMultiplyAdd(x8, q, b8);
            var x9 = Vector512.Create(r9[k]);
            a9 = Vector512.FusedMultiplyAdd(x9, p, a9);
            b9 = Vector512.FusedMultiplyAdd(x9, q, b9);
            var x10 = Vector512.Create(r10[k]);
            a10 = Vector512.FusedMultiplyAdd(x10, p, a10);
            b10 = Vector512.FusedMultiplyAdd(x10, q, b10);
            var x11 = Vector512.Create(r11[k]);
            a11 = Vector512.FusedMultiplyAdd(x11, p, a11);
            b11 = Vector512.FusedMultiplyAdd(x11, q, b11);
        }

        a0.Store(scores);
        b0.Store(scores + 16);
        a1.Store(scores + 32);
        b1.Store(scores + 48);
        a2.Store(scores + 64);
        b2.Store(scores + 80);
        a3.Store(scores + 96);
        b3.Store(scores + 112);
        a4.Store(scores + 128);
        b4.Store(scores + 144);
        a5.Store(scores + 160);
        b5.Store(scores + 176);
        a6.Store(scores + 192);
        b6.Store(scores + 208);
        a7.Store(scores + 224);
        b7.Store(scores + 240);
        a8.Store(scores + 256);
        b8.Store(scores + 272);
        a9.Store(scores + 288);
        b9.Store(scores + 304);
        a10.Store(scores + 320);
        b10.Store(scores + 336);
        a11.Store(scores + 352);
        b11.Store(scores + 368);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyHalf(float* panel, float* rows, int stride, int dimensions, float* scores)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride, r6 = rows + 6 * stride, r7 = rows + 7 * stride, r8 = rows + 8 * stride, r9 = rows + 9 * stride, r10 = rows + 10 * stride, r11 = rows + 11 * stride;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        for (nint k = 0; k < dimensions; k++)
        {
            var p = Vector512.Load(panel + 16 * k);
            a0 = Vector512.FusedMultiplyAdd(Vector512.Create(r0[k]), p, a0);
            a1 = Vector512.FusedMultiplyAdd(Vector512.Create(r1[k]), p, a1);
            a2 = Vector512.FusedMultiplyAdd(Vector512.Create(r2[k]), p, a2);
            a3 = Vector512.FusedMultiplyAdd(Vector512.Create(r3[k]), p, a3);
            a4 = Vector512.FusedMultiplyAdd(Vector512.Create(r4[k]), p, a4);
            a5 = Vector512.FusedMultiplyAdd(Vector512.Create(r5[k]), p, a5);
            a6 = Vector512.FusedMultiplyAdd(Vector512.Create(r6[k]), p, a6);
            a7 = Vector512.FusedMultiplyAdd(Vector512.Create(r7[k]), p, a7);
            a8 = Vector512.FusedMultiplyAdd(Vector512.Create(r8[k]), p, a8);
            a9 = Vector512.FusedMultiplyAdd(Vector512.Create(r9[k]), p, a9);
            a10 = Vector512.FusedMultiplyAdd(Vector512.Create(r10[k]), p, a10);
            a11 = Vector512.FusedMultiplyAdd(Vector512.Create(r11[k]), p, a11);
        }

        a0.Store(scores);
        a1.Store(scores + 16);
        a2.Store(scores + 32);
        a3.Store(scores + 48);
        a4.Store(scores + 64);
        a5.Store(scores + 80);
        a6.Store(scores + 96);
        a7.Store(scores + 112);
        a8.Store(scores + 128);
        a9.Store(scores + 144);
        a10.Store(scores + 160);
        a11.Store(scores + 176);
    }
}
