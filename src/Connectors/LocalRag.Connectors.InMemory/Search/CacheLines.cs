using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace LocalRag.Connectors.InMemory;

/// <summary>Hints to the cache.</summary>
internal static unsafe class CacheLines
{
    /// <summary>Asks for a cache line; any address will do, and elsewhere than on x86 the processor's own foresight must.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
