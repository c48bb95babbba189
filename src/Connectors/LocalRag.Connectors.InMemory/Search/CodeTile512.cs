using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.InMemory;

/// <summary>Products of 9 coded rows with 32 coded queries at a time: 18 accumulators of 512 bits.</summary>
/// <remarks>No call may be reachable from the loop, or the compiler would keep every accumulator in memory.</remarks>
internal readonly unsafe struct CodeTile512 : ICodeTile
{
    public static bool IsSupported => Kernels512.IsSupported;

    public static int Queries => 32;

    public static void Multiply(int queries, sbyte* panel, int* offsets, byte* rows, nint stride, int components, int* dots)
    {
        if (queries == 32)
            Multiply32(panel, offsets, rows, stride, components, dots);
        else
            CodeTile256.Multiply(queries, panel, offsets, rows, stride, components, dots);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply32(sbyte* panel, int* offsets, byte* rows, nint stride, int components, int* dots)
    {
        byte* r0 = rows, r1 = rows + stride, r2 = rows + 2 * stride, r3 = rows + 3 * stride, r4 = rows + 4 * stride, r5 = rows + 5 * stride, r6 = rows + 6 * stride, r7 = rows + 7 * stride, r8 = rows + 8 * stride;
        var (a0, b0) = (Vector512.Load(offsets), Vector512.Load(offsets + 16));
        Vector512<int> a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0;
        Vector512<int> b1 = b0, b2 = b0, b3 = b0, b4 = b0, b5 = b0, b6 = b0, b7 = b0, b8 = b0;
        for (nint k = 0; k < components; k += ICodeTile.Step, panel += 32 * ICodeTile.Step)
        {
            var (p, q) = (Vector512.Load(panel), Vector512.Load(panel + 64));
            var (s, t) = (Vector512.Load(panel + 128), Vector512.Load(panel + 192));
            var (x0, y0) = (Vector512.Create(*(int*)(r0 + k)), Vector512.Create(*(int*)(r0 + k + 4)));
            a0 += Products(x0, p, y0, s);
            b0 += Products(x0, q, y0, t);
            var (x1, y1) = (Vector512.Create(*(int*)(r1 + k)), Vector512.Create(*(int*)(r1 + k + 4)));
            a1 += Products(x1, p, y1, s);
            b1 += Products(x1, q, y1, t);
            var (x2, y2) = (Vector512.Create(*(int*)(r2 + k)), Vector512.Create(*(int*)(r2 + k + 4)));
            a2 += Products(x2, p, y2, s);
            b2 += Products(x2, q, y2, t);
            var (x3, y3) = (Vector512.Create(*(int*)(r3 + k)), Vector512.Create(*(int*)(r3 + k + 4)));
            a3 += Products(x3, p, y3, s);
            b3 += Products(x3, q, y3, t);
            var (x4, y4) = (Vector512.Create(*(int*)(r4 + k)), Vector512.Create(*(int*)(r4 + k + 4)));
            a4 += Products(x4, p, y4, s);
            b4 += Products(x4, q, y4, t);
            var (x5, y5) = (Vector512.Create(*(int*)(r5 + k)), Vector512.Create(*(int*)(r5 + k + 4)));
            a5 += Products(x5, p, y5, s);
            b5 += Products(x5, q, y5, t);
            var (x6, y6) = (Vector512.Create(*(int*)(r6 + k)), Vector512.Create(*(int*)(r6 + k + 4)));
            a6 += Products(x6, p, y6, s);
            b6 += Products(x6, q, y6, t);
            var (x7, y7) = (Vector512.Create(*(int*)(r7 + k)), Vector512.Create(*(int*)(r7 + k + 4)));
            a7 += Products(x7, p, y7, s);
            b7 += Products(x7, q, y7, t);
            var (x8, y8) = (Vector512.Create(*(int*)(r8 + k)), Vector512.Create(*(int*)(r8 + k + 4)));
            a8 += Products(x8, p, y8, s);
            b8 += Products(x8, q, y8, t);
        }

        a0.Store(dots);
        b0.Store(dots + 16);
        a1.Store(dots + 32);
        b1.Store(dots + 48);
        a2.Store(dots + 64);
        b2.Store(dots + 80);
        a3.Store(dots + 96);
        b3.Store(dots + 112);
        a4.Store(dots + 128);
        b4.Store(dots + 144);
        a5.Store(dots + 160);
        b5.Store(dots + 176);
        a6.Store(dots + 192);
        b6.Store(dots + 208);
        a7.Store(dots + 224);
        b7.Store(dots + 240);
        a8.Store(dots + 256);
        b8.Store(dots + 272);
    }

    /// <summary>Sums of eight products per lane, four by four in 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Products(Vector512<int> x, Vector512<sbyte> p, Vector512<int> y, Vector512<sbyte> s)
    {
        var fours = Avx512BW.MultiplyAddAdjacent(x.AsByte(), p) + Avx512BW.MultiplyAddAdjacent(y.AsByte(), s);
        return Avx512BW.MultiplyAddAdjacent(fours, Vector512<short>.One);
    }
}
