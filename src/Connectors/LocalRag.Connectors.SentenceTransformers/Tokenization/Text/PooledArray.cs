using System.Buffers;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Growing arrays out of the shared pool, so that one long text after another does not ask the system for fresh memory each time.</summary>
internal static class PooledArray
{
    /// <summary>Replaces an array by one of at least <paramref name="needed"/> elements that begins with the first <paramref name="count"/> of the old one.</summary>
    public static void Grow<T>(ref T[] array, int count, int needed)
        where T : unmanaged
    {
        var larger = ArrayPool<T>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max((long)array.Length * 2, Math.Max(needed, 256))));
        array.AsSpan(0, count).CopyTo(larger);
        Release(ref array);
        array = larger;
    }

    /// <summary>Gives an array back and leaves an empty one.</summary>
    public static void Release<T>(ref T[] array)
        where T : unmanaged
    {
        if (array.Length > 0)
            ArrayPool<T>.Shared.Return(array);
        array = [];
    }
}
