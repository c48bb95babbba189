using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>The fp32 key of one row, by metric; chosen once per scan as a type argument.</summary>
internal unsafe interface IRowScore
{
    static abstract float Key<TKernels>(float* query, float* row, int stride, float aux)
        where TKernels : struct, IKernels;
}

/// <inheritdoc/>
internal readonly unsafe struct DotScore : IRowScore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Key<TKernels>(float* query, float* row, int stride, float aux)
        where TKernels : struct, IKernels => TKernels.Dot(query, row, stride);
}

/// <inheritdoc/>
internal readonly unsafe struct CosineScore : IRowScore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Key<TKernels>(float* query, float* row, int stride, float aux)
        where TKernels : struct, IKernels => TKernels.Dot(query, row, stride) * aux;
}

/// <inheritdoc/>
internal readonly unsafe struct EuclideanScore : IRowScore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Key<TKernels>(float* query, float* row, int stride, float aux)
        where TKernels : struct, IKernels => -TKernels.SquaredDistance(query, row, stride);
}

/// <inheritdoc/>
internal readonly unsafe struct ManhattanScore : IRowScore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Key<TKernels>(float* query, float* row, int stride, float aux)
        where TKernels : struct, IKernels => -TKernels.Manhattan(query, row, stride);
}

/// <inheritdoc/>
internal readonly unsafe struct HammingScore : IRowScore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Key<TKernels>(float* query, float* row, int stride, float aux)
        where TKernels : struct, IKernels => -TKernels.Unequal(query, row, stride);
}
