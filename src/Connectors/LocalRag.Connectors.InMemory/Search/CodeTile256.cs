using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.InMemory;

/// <summary>Products of 9 coded rows with 8 coded queries at a time: 9 accumulators of 256 bits.</summary>
/// <remarks>No call may be reachable from the loop, or the compiler would keep every accumulator in memory.</remarks>
internal readonly unsafe struct CodeTile256 : ICodeTile
{
    public static bool IsSupported => Kernels256.IsSupported;

    public static int Queries => 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int queries, sbyte* panel, int* offsets, byte* rows, nint stride, int components, int* dots)
    {
        byte* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride, r6 = rows + 6 * stride, r7 = rows + 7 * stride, r8 = rows + 8 * stride;
        var a0 = Vector256.Load(offsets);
        Vector256<int> a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0;
        for (nint k = 0; k < components; k += ICodeTile.Step, panel += 8 * ICodeTile.Step)
        {
            var (p, s) = (Vector256.Load(panel), Vector256.Load(panel + 32));
            a0 += Products(r0 + k, p, s);
            a1 += Products(r1 + k, p, s);
            a2 += Products(r2 + k, p, s);
            a3 += Products(r3 + k, p, s);
            a4 += Products(r4 + k, p, s);
            a5 += Products(r5 + k, p, s);
            a6 += Products(r6 + k, p, s);
            a7 += Products(r7 + k, p, s);
            a8 += Products(r8 + k, p, s);
        }

        a0.Store(dots);
        a1.Store(dots + 8);
        a2.Store(dots + 16);
        a3.Store(dots + 24);
        a4.Store(dots + 32);
        a5.Store(dots + 40);
        a6.Store(dots + 48);
        a7.Store(dots + 56);
        a8.Store(dots + 64);
    }

    /// <summary>Sums of eight products per lane, four by four in 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Products(byte* row, Vector256<sbyte> p, Vector256<sbyte> s)
    {
        var (x, y) = (Vector256.Create(*(int*)row).AsByte(), Vector256.Create(*(int*)(row + 4)).AsByte());
        return Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, p) + Avx2.MultiplyAddAdjacent(y, s), Vector256<short>.One);
    }
}
