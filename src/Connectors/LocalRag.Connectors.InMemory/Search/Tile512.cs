using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.InMemory;

/// <summary>Inner products of 12 rows with 16 queries at a time: 24 accumulators of 512 bits and nothing else in the loop.</summary>
/// <remarks>No call may be reachable from the loops, or the compiler would keep every accumulator in memory.</remarks>
internal readonly unsafe struct Tile512 : ITileKernel
{
    public static int Rows => 12;

    public static int Queries => 16;

    public static void Multiply(int queries, float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep)
    {
        switch (queries)
        {
            case 16: Multiply16(panel, rows, stride, dimensions, scores, ahead, aheadStep); break;
            case 8: Multiply8(panel, rows, stride, dimensions, scores, ahead, aheadStep); break;
            default: Multiply4(panel, rows, stride, dimensions, scores, ahead, aheadStep); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply16(float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride, r6 = rows + 6 * stride, r7 = rows + 7 * stride, r8 = rows + 8 * stride, r9 = rows + 9 * stride, r10 = rows + 10 * stride, r11 = rows + 11 * stride;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default, b8 = default, b9 = default, b10 = default, b11 = default;
        for (nint k = 0; k < dimensions; k += 2, ahead += aheadStep)
        {
            CacheLines.Prefetch(*ahead);
            var (p, q) = (Vector512.Load(panel + 16 * k), Vector512.Load(panel + 16 * k + 16));
            var x0 = Vector512.Create(*(double*)(r0 + k)).AsSingle();
            a0 = Vector512.FusedMultiplyAdd(x0, p, a0);
            b0 = Vector512.FusedMultiplyAdd(x0, q, b0);
            var x1 = Vector512.Create(*(double*)(r1 + k)).AsSingle();
            a1 = Vector512.FusedMultiplyAdd(x1, p, a1);
            b1 = Vector512.FusedMultiplyAdd(x1, q, b1);
            var x2 = Vector512.Create(*(double*)(r2 + k)).AsSingle();
            a2 = Vector512.FusedMultiplyAdd(x2, p, a2);
            b2 = Vector512.FusedMultiplyAdd(x2, q, b2);
            var x3 = Vector512.Create(*(double*)(r3 + k)).AsSingle();
            a3 = Vector512.FusedMultiplyAdd(x3, p, a3);
            b3 = Vector512.FusedMultiplyAdd(x3, q, b3);
            var x4 = Vector512.Create(*(double*)(r4 + k)).AsSingle();
            a4 = Vector512.FusedMultiplyAdd(x4, p, a4);
            b4 = Vector512.FusedMultiplyAdd(x4, q, b4);
            var x5 = Vector512.Create(*(double*)(r5 + k)).AsSingle();
            a5 = Vector512.FusedMultiplyAdd(x5, p, a5);
            b5 = Vector512.FusedMultiplyAdd(x5, q, b5);
            var x6 = Vector512.Create(*(double*)(r6 + k)).AsSingle();
            a6 = Vector512.FusedMultiplyAdd(x6, p, a6);
            b6 = Vector512.FusedMultiplyAdd(x6, q, b6);
            var x7 = Vector512.Create(*(double*)(r7 + k)).AsSingle();
            a7 = Vector512.FusedMultiplyAdd(x7, p, a7);
            b7 = Vector512.FusedMultiplyAdd(x7, q, b7);
            var x8 = Vector512.Create(*(double*)(r8 + k)).AsSingle();
            a8 = Vector512.FusedMultiplyAdd(x8, p, a8);
            b8 = Vector512.FusedMultiplyAdd(x8, q, b8);
            var x9 = Vector512.Create(*(double*)(r9 + k)).AsSingle();
            a9 = Vector512.FusedMultiplyAdd(x9, p, a9);
            b9 = Vector512.FusedMultiplyAdd(x9, q, b9);
            var x10 = Vector512.Create(*(double*)(r10 + k)).AsSingle();
            a10 = Vector512.FusedMultiplyAdd(x10, p, a10);
            b10 = Vector512.FusedMultiplyAdd(x10, q, b10);
            var x11 = Vector512.Create(*(double*)(r11 + k)).AsSingle();
            a11 = Vector512.FusedMultiplyAdd(x11, p, a11);
            b11 = Vector512.FusedMultiplyAdd(x11, q, b11);
        }

        Pairs(a0, b0).Store(scores);
        Pairs(a1, b1).Store(scores + 16);
        Pairs(a2, b2).Store(scores + 32);
        Pairs(a3, b3).Store(scores + 48);
        Pairs(a4, b4).Store(scores + 64);
        Pairs(a5, b5).Store(scores + 80);
        Pairs(a6, b6).Store(scores + 96);
        Pairs(a7, b7).Store(scores + 112);
        Pairs(a8, b8).Store(scores + 128);
        Pairs(a9, b9).Store(scores + 144);
        Pairs(a10, b10).Store(scores + 160);
        Pairs(a11, b11).Store(scores + 176);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply8(float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride, r6 = rows + 6 * stride, r7 = rows + 7 * stride, r8 = rows + 8 * stride, r9 = rows + 9 * stride, r10 = rows + 10 * stride, r11 = rows + 11 * stride;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        for (nint k = 0; k < dimensions; k += 2, ahead += aheadStep)
        {
            CacheLines.Prefetch(*ahead);
            var p = Vector512.Load(panel + 8 * k);
            a0 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r0 + k)).AsSingle(), p, a0);
            a1 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r1 + k)).AsSingle(), p, a1);
            a2 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r2 + k)).AsSingle(), p, a2);
            a3 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r3 + k)).AsSingle(), p, a3);
            a4 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r4 + k)).AsSingle(), p, a4);
            a5 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r5 + k)).AsSingle(), p, a5);
            a6 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r6 + k)).AsSingle(), p, a6);
            a7 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r7 + k)).AsSingle(), p, a7);
            a8 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r8 + k)).AsSingle(), p, a8);
            a9 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r9 + k)).AsSingle(), p, a9);
            a10 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r10 + k)).AsSingle(), p, a10);
            a11 = Vector512.FusedMultiplyAdd(Vector512.Create(*(double*)(r11 + k)).AsSingle(), p, a11);
        }

        Pairs(a0, a0).GetLower().Store(scores);
        Pairs(a1, a1).GetLower().Store(scores + 8);
        Pairs(a2, a2).GetLower().Store(scores + 16);
        Pairs(a3, a3).GetLower().Store(scores + 24);
        Pairs(a4, a4).GetLower().Store(scores + 32);
        Pairs(a5, a5).GetLower().Store(scores + 40);
        Pairs(a6, a6).GetLower().Store(scores + 48);
        Pairs(a7, a7).GetLower().Store(scores + 56);
        Pairs(a8, a8).GetLower().Store(scores + 64);
        Pairs(a9, a9).GetLower().Store(scores + 72);
        Pairs(a10, a10).GetLower().Store(scores + 80);
        Pairs(a11, a11).GetLower().Store(scores + 88);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply4(float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride, r6 = rows + 6 * stride, r7 = rows + 7 * stride, r8 = rows + 8 * stride, r9 = rows + 9 * stride, r10 = rows + 10 * stride, r11 = rows + 11 * stride;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        for (nint k = 0; k < dimensions; k += 2, ahead += aheadStep)
        {
            CacheLines.Prefetch(*ahead);
            var p = Vector256.Load(panel + 4 * k);
            a0 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r0 + k)).AsSingle(), p, a0);
            a1 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r1 + k)).AsSingle(), p, a1);
            a2 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r2 + k)).AsSingle(), p, a2);
            a3 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r3 + k)).AsSingle(), p, a3);
            a4 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r4 + k)).AsSingle(), p, a4);
            a5 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r5 + k)).AsSingle(), p, a5);
            a6 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r6 + k)).AsSingle(), p, a6);
            a7 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r7 + k)).AsSingle(), p, a7);
            a8 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r8 + k)).AsSingle(), p, a8);
            a9 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r9 + k)).AsSingle(), p, a9);
            a10 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r10 + k)).AsSingle(), p, a10);
            a11 = Vector256.FusedMultiplyAdd(Vector256.Create(*(double*)(r11 + k)).AsSingle(), p, a11);
        }

        Pairs(a0).Store(scores);
        Pairs(a1).Store(scores + 4);
        Pairs(a2).Store(scores + 8);
        Pairs(a3).Store(scores + 12);
        Pairs(a4).Store(scores + 16);
        Pairs(a5).Store(scores + 20);
        Pairs(a6).Store(scores + 24);
        Pairs(a7).Store(scores + 28);
        Pairs(a8).Store(scores + 32);
        Pairs(a9).Store(scores + 36);
        Pairs(a10).Store(scores + 40);
        Pairs(a11).Store(scores + 44);
    }

    /// <summary>The sums of neighbours: of 16 queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pairs(Vector512<float> a, Vector512<float> b) =>
        Avx512F.PermuteVar16x32x2(a, Vector512.CreateSequence(0, 2), b) + Avx512F.PermuteVar16x32x2(a, Vector512.CreateSequence(1, 2), b);

    /// <summary>The sums of neighbours: of 4 queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pairs(Vector256<float> a)
    {
        var sums = Avx.HorizontalAdd(a, a);
        return Sse.MoveLowToHigh(sums.GetLower(), sums.GetUpper());
    }
}
