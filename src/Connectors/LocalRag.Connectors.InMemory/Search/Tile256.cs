using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.InMemory;

/// <summary>Inner products of 6 rows with 8 queries at a time: 12 accumulators of 256 bits and nothing else in the loop.</summary>
/// <remarks>No call may be reachable from the loops, or the compiler would keep every accumulator in memory.</remarks>
internal readonly unsafe struct Tile256 : ITileKernel
{
    public static int Rows => 6;

    public static int Queries => 8;

    public static void Multiply(int queries, float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep)
    {
        switch (queries)
        {
            case 8: Multiply8(panel, rows, stride, dimensions, scores, ahead, aheadStep); break;
            default: Multiply4(panel, rows, stride, dimensions, scores, ahead, aheadStep); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply8(float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        for (nint k = 0; k < dimensions; k += 2, ahead += aheadStep)
        {
            CacheLines.Prefetch(*ahead);
            var (p, q) = (Vector256.Load(panel + 8 * k), Vector256.Load(panel + 8 * k + 8));
            var x0 = Vector256.Create(*(double*)(r0 + k)).AsSingle();
            a0 = Vector256.FusedMultiplyAdd(x0, p, a0);
            b0 = Vector256.FusedMultiplyAdd(x0, q, b0);
            var x1 = Vector256.Create(*(double*)(r1 + k)).AsSingle();
            a1 = Vector256.FusedMultiplyAdd(x1, p, a1);
            b1 = Vector256.FusedMultiplyAdd(x1, q, b1);
            var x2 = Vector256.Create(*(double*)(r2 + k)).AsSingle();
            a2 = Vector256.FusedMultiplyAdd(x2, p, a2);
            b2 = Vector256.FusedMultiplyAdd(x2, q, b2);
            var x3 = Vector256.Create(*(double*)(r3 + k)).AsSingle();
            a3 = Vector256.FusedMultiplyAdd(x3, p, a3);
            b3 = Vector256.FusedMultiplyAdd(x3, q, b3);
            var x4 = Vector256.Create(*(double*)(r4 + k)).AsSingle();
            a4 = Vector256.FusedMultiplyAdd(x4, p, a4);
            b4 = Vector256.FusedMultiplyAdd(x4, q, b4);
            var x5 = Vector256.Create(*(double*)(r5 + k)).AsSingle();
            a5 = Vector256.FusedMultiplyAdd(x5, p, a5);
            b5 = Vector256.FusedMultiplyAdd(x5, q, b5);
        }

        Pairs(a0, b0).Store(scores);
        Pairs(a1, b1).Store(scores + 8);
        Pairs(a2, b2).Store(scores + 16);
        Pairs(a3, b3).Store(scores + 24);
        Pairs(a4, b4).Store(scores + 32);
        Pairs(a5, b5).Store(scores + 40);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply4(float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride;
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
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
        }

        Pairs(a0).Store(scores);
        Pairs(a1).Store(scores + 4);
        Pairs(a2).Store(scores + 8);
        Pairs(a3).Store(scores + 12);
        Pairs(a4).Store(scores + 16);
        Pairs(a5).Store(scores + 20);
    }

    /// <summary>The sums of neighbours: of 8 queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pairs(Vector256<float> a, Vector256<float> b) =>
        Avx2.Permute4x64(Avx.HorizontalAdd(a, b).AsDouble(), 0b11_01_10_00).AsSingle();

    /// <summary>The sums of neighbours: of 4 queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pairs(Vector256<float> a)
    {
        var sums = Avx.HorizontalAdd(a, a);
        return Sse.MoveLowToHigh(sums.GetLower(), sums.GetUpper());
    }
}
