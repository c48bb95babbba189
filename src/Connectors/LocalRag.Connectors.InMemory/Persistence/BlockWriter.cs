using System.Runtime.InteropServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Writes sections and the checksum of every block of the file so far.</summary>
internal sealed class BlockWriter(Stream stream)
{
    private readonly List<uint> _checksums = [];
    private uint _crc = uint.MaxValue;

    public long Position { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        while (bytes.Length > 0)
        {
            var part = (int)Math.Min(bytes.Length, FileFormat.BlockBytes - Position % FileFormat.BlockBytes);
            _crc = FileFormat.Checksum(bytes[..part], _crc);
            Position += part;
            bytes = bytes[part..];
            if (Position % FileFormat.BlockBytes == 0)
                EndBlock();
        }
    }

    public unsafe void Write(void* pointer, long bytes)
    {
        const int Step = 1 << 24;
        for (long offset = 0; offset < bytes; offset += Step)
            Write(new ReadOnlySpan<byte>((byte*)pointer + offset, (int)Math.Min(Step, bytes - offset)));
    }

    /// <summary>Fills up to the next page with zeros and returns the position.</summary>
    public long AlignToPage()
    {
        Span<byte> zeros = stackalloc byte[FileFormat.PageBytes];
        zeros.Clear();
        var rest = (int)(Position % FileFormat.PageBytes);
        if (rest > 0)
            Write(zeros[..(FileFormat.PageBytes - rest)]);
        return Position;
    }

    /// <summary>Writes checksums and tail.</summary>
    public void Finish(long directoryOffset, long directoryBytes)
    {
        AlignToPage();
        if (Position % FileFormat.BlockBytes != 0)
            EndBlock();
        var checksumOffset = Position;
        var checksums = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_checksums));
        stream.Write(checksums);
        Span<byte> tail = stackalloc byte[FileFormat.EdgeBytes];
        tail.Clear();
        FileFormat.TailMagic.CopyTo(tail);
        var numbers = MemoryMarshal.Cast<byte, long>(tail[8..]);
        numbers[0] = directoryOffset;
        numbers[1] = directoryBytes;
        numbers[2] = checksumOffset;
        numbers[3] = checksumOffset + checksums.Length + FileFormat.EdgeBytes;
        numbers[4] = FileFormat.Checksum(checksums);
        numbers[6] = FileFormat.Checksum(tail[..56]);
        stream.Write(tail);
    }

    private void EndBlock()
    {
        _checksums.Add(_crc);
        _crc = uint.MaxValue;
    }
}
