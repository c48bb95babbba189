using System.Numerics;
using System.Runtime.InteropServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>The constants of the file format.</summary>
/// <remarks>
/// head (64 bytes: magic, version) · sections (vectors, columns, directory), each starting on a page · checksums, one CRC-32C
/// per MiB of everything before · tail (64 bytes: where directory and checksums are, length of the file, its own CRC).
/// All numbers are little-endian. The tail comes last so that a file can be written to a stream, and a cut one is noticed.
/// </remarks>
internal static class FileFormat
{
    public const int Version = 2;
    public const int EdgeBytes = 64;
    public const int BlockBytes = 1 << 20;
    public const int PageBytes = 4096;

    public static ReadOnlySpan<byte> HeadMagic => "LRAGVEC\n"u8;

    public static ReadOnlySpan<byte> TailMagic => "LRAGEND\n"u8;

    /// <summary>CRC-32C, by the processor's instruction where it has one.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes, uint crc = uint.MaxValue)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var value in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, value);
        return crc;
    }
}
