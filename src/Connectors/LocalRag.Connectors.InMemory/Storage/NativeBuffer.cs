using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>A block of zeroed, cache-line aligned memory outside the managed heap, freed when nobody refers to it any more.</summary>
/// <remarks>Searches keep the owner alive through their snapshot, so a block is never freed under a running scan.</remarks>
internal sealed unsafe class NativeBuffer : CriticalFinalizerObject, IDisposable
{
    /// <summary>One cache line, and the width of the widest SIMD register.</summary>
    public const int Alignment = 64;

    private readonly long _bytes;
    private readonly bool _huge;

    public NativeBuffer(long bytes)
    {
        _bytes = Math.Max(bytes, Alignment);
        Pointer = HugePages.TryAllocate(_bytes);
        _huge = Pointer is not null;
        if (!_huge)
        {
            Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)_bytes, Alignment);
            NativeMemory.Clear(Pointer, (nuint)_bytes);
        }

        GC.AddMemoryPressure(_bytes);
    }

    ~NativeBuffer() => Free();

    public byte* Pointer { get; private set; }

    /// <summary>Frees at once; only for memory that nobody else can see.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Pointer is null)
            return;
        if (_huge)
            HugePages.Free(Pointer, _bytes);
        else
            NativeMemory.AlignedFree(Pointer);
        GC.RemoveMemoryPressure(_bytes);
        Pointer = null;
    }
}
