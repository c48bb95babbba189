using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.InMemory;

/// <summary>Inner products of 4 rows with 4 queries at a time: 8 accumulators of 128 bits and nothing else in the loop.</summary>
/// <remarks>No call may be reachable from the loops, or the compiler would keep every accumulator in memory.</remarks>
internal readonly unsafe struct Tile128 : ITileKernel
{
    public static int Rows => 4;

    public static int Queries => 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int queries, float* panel, float* rows, int stride, int dimensions, float* scores, byte** ahead, nint aheadStep)
    {
        float* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride;
        Vector128<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector128<float> b0 = default, b1 = default, b2 = default, b3 = default;
        for (nint k = 0; k < dimensions; k += 2, ahead += aheadStep)
        {
            CacheLines.Prefetch(*ahead);
            var (p, q) = (Vector128.Load(panel + 4 * k), Vector128.Load(panel + 4 * k + 4));
            var x0 = Vector128.Create(*(double*)(r0 + k)).AsSingle();
            a0 = Vector128.FusedMultiplyAdd(x0, p, a0);
            b0 = Vector128.FusedMultiplyAdd(x0, q, b0);
            var x1 = Vector128.Create(*(double*)(r1 + k)).AsSingle();
            a1 = Vector128.FusedMultiplyAdd(x1, p, a1);
            b1 = Vector128.FusedMultiplyAdd(x1, q, b1);
            var x2 = Vector128.Create(*(double*)(r2 + k)).AsSingle();
            a2 = Vector128.FusedMultiplyAdd(x2, p, a2);
            b2 = Vector128.FusedMultiplyAdd(x2, q, b2);
            var x3 = Vector128.Create(*(double*)(r3 + k)).AsSingle();
            a3 = Vector128.FusedMultiplyAdd(x3, p, a3);
            b3 = Vector128.FusedMultiplyAdd(x3, q, b3);
        }

        Pairs(a0, b0).Store(scores);
        Pairs(a1, b1).Store(scores + 4);
        Pairs(a2, b2).Store(scores + 8);
        Pairs(a3, b3).Store(scores + 12);
    }

    /// <summary>The sums of neighbours: of 4 queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pairs(Vector128<float> a, Vector128<float> b)
    {
        if (Sse3.IsSupported)
            return Sse3.HorizontalAdd(a, b);
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.AddPairwise(a, b);
        return Vector128.Create(a[0] + a[1], a[2] + a[3], b[0] + b[1], b[2] + b[3]);
    }
}
