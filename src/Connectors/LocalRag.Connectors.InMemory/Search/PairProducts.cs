using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LocalRag.Connectors.InMemory;

/// <summary>Inner products of single pairs of vectors, summed in the order of <see cref="ITileKernel"/>.</summary>
internal static unsafe class PairProducts
{
    /// <summary>Pairs at a time: each is one chain of dependent sums, and several keep the processor busy.</summary>
    public const int Pairs = 4;

    /// <param name="left">A vector of each pair; two floats beyond its end must be readable.</param>
    /// <param name="right">The other one.</param>
    /// <param name="dimensions">Components; an odd last one has a zero behind it.</param>
    /// <param name="products">Receives the products.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float** left, float** right, int dimensions, float* products)
    {
        float* l0 = left[0], l1 = left[1], l2 = left[2], l3 = left[3];
        float* r0 = right[0], r1 = right[1], r2 = right[2], r3 = right[3];
        Vector128<float> a0 = default, a1 = default, a2 = default, a3 = default;
        // The lower half of a register holds the sums of even and odd components; what the upper half holds is ignored.
        for (nint k = 0; k < dimensions; k += 2)
        {
            a0 = Vector128.FusedMultiplyAdd(Vector128.Load(l0 + k), Vector128.Load(r0 + k), a0);
            a1 = Vector128.FusedMultiplyAdd(Vector128.Load(l1 + k), Vector128.Load(r1 + k), a1);
            a2 = Vector128.FusedMultiplyAdd(Vector128.Load(l2 + k), Vector128.Load(r2 + k), a2);
            a3 = Vector128.FusedMultiplyAdd(Vector128.Load(l3 + k), Vector128.Load(r3 + k), a3);
        }

        products[0] = a0[0] + a0[1];
        products[1] = a1[0] + a1[1];
        products[2] = a2[0] + a2[1];
        products[3] = a3[0] + a3[1];
    }
}
