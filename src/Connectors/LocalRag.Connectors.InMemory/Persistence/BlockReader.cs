using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>A whole file in memory, mapped or copied, whose blocks are checked before they are used.</summary>
internal sealed unsafe class BlockReader
{
    private readonly object _owner;
    private readonly byte* _bytes;
    private readonly uint[] _checksums;
    private readonly byte[] _verified;
    private readonly long _dataBytes;

    /// <summary>Reads head and tail.</summary>
    /// <param name="name">What error messages call the file.</param>
    /// <param name="owner">Keeps the memory alive.</param>
    /// <param name="bytes">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    /// <exception cref="InvalidDataException">It is no such file, of a newer version, cut short or damaged.</exception>
    public BlockReader(string name, object owner, byte* bytes, long length)
    {
        (Name, _owner) = (name, owner);
        _bytes = bytes;
        if (length < 12 || !new ReadOnlySpan<byte>(bytes, 8).SequenceEqual(FileFormat.HeadMagic))
            throw new InvalidDataException($"'{name}' is not a LocalRag vector file: it does not start with the expected signature. Load a file that SaveAsync has written.");
        var version = BinaryPrimitives.ReadInt32LittleEndian(new ReadOnlySpan<byte>(bytes + 8, 4));
        if (version != FileFormat.Version)
            throw new InvalidDataException($"'{name}' has format version {version}; this library reads version {FileFormat.Version}. {(version > FileFormat.Version ? "Update LocalRag." : "Save it anew.")}");

        if (length < 2 * FileFormat.EdgeBytes)
            throw Truncated();
        var tail = new ReadOnlySpan<byte>(bytes + length - FileFormat.EdgeBytes, FileFormat.EdgeBytes);
        var numbers = MemoryMarshal.Cast<byte, long>(tail[8..]);
        if (!tail.StartsWith(FileFormat.TailMagic))
            throw Truncated();
        if (numbers[6] != FileFormat.Checksum(tail[..56]) || numbers[3] != length)
            throw Damaged(length - FileFormat.EdgeBytes);
        _dataBytes = numbers[2];
        var count = (_dataBytes + FileFormat.BlockBytes - 1) / FileFormat.BlockBytes;
        if (_dataBytes < FileFormat.EdgeBytes || _dataBytes + count * sizeof(uint) + FileFormat.EdgeBytes != length)
            throw Damaged(length - FileFormat.EdgeBytes);
        var checksums = new ReadOnlySpan<byte>(bytes + _dataBytes, (int)count * sizeof(uint));
        if (numbers[4] != FileFormat.Checksum(checksums))
            throw Damaged(_dataBytes);
        _checksums = MemoryMarshal.Cast<byte, uint>(checksums).ToArray();
        _verified = new byte[_checksums.Length];
        (DirectoryOffset, DirectoryBytes) = (numbers[0], numbers[1]);
        Verify(0, FileFormat.EdgeBytes);
        Verify(DirectoryOffset, DirectoryBytes);
    }

    public string Name { get; }

    public long DirectoryOffset { get; }

    public long DirectoryBytes { get; }

    /// <summary>A pointer into the file, for a section of the given size; not checked yet.</summary>
    public byte* Pointer(long offset, long bytes)
    {
        if (offset < 0 || bytes < 0 || offset > _dataBytes - bytes)
            throw Damaged(DirectoryOffset);
        return _bytes + offset;
    }

    /// <summary>A checked section as a stream.</summary>
    public Stream Open(long offset, long bytes)
    {
        Verify(offset, bytes);
        return new UnmanagedMemoryStream(_bytes + offset, bytes);
    }

    /// <summary>Checks every block that a range touches, each once.</summary>
    /// <exception cref="InvalidDataException">A block does not match its checksum; the message has file and offset.</exception>
    public void Verify(long offset, long bytes)
    {
        Pointer(offset, bytes);
        if (bytes == 0)
            return;
        var last = (offset + bytes - 1) / FileFormat.BlockBytes;
        for (var block = offset / FileFormat.BlockBytes; block <= last; block++)
        {
            if (!IsSound(block))
                throw Damaged(block * FileFormat.BlockBytes);
        }

        GC.KeepAlive(_owner);
    }

    public void Verify(void* pointer, long bytes) => Verify((byte*)pointer - _bytes, bytes);

    /// <summary>Checks the whole file on all processors: while one adds up a block, another waits for the disk.</summary>
    public void VerifyAll(CancellationToken cancellationToken)
    {
        var damaged = long.MaxValue;
        Parallel.For(0L, _checksums.Length, new ParallelOptions { CancellationToken = cancellationToken }, block =>
        {
            if (!IsSound(block))
                InterlockedMin(ref damaged, block);
        });
        GC.KeepAlive(_owner);
        if (damaged != long.MaxValue)
            throw Damaged(damaged * FileFormat.BlockBytes);
    }

    public InvalidDataException Damaged(long offset) => new(
        $"'{Name}' is damaged: the block at offset {offset} does not match its checksum. Restore the file from a copy, or build the index anew.");

    private static void InterlockedMin(ref long target, long value)
    {
        for (var seen = Volatile.Read(ref target); value < seen;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    private bool IsSound(long block)
    {
        if (Volatile.Read(ref _verified[block]) != 0)
            return true;
        var start = block * FileFormat.BlockBytes;
        var length = (int)Math.Min(FileFormat.BlockBytes, _dataBytes - start);
        if (FileFormat.Checksum(new ReadOnlySpan<byte>(_bytes + start, length)) != _checksums[block])
            return false;
        Volatile.Write(ref _verified[block], 1);
        return true;
    }

    private InvalidDataException Truncated() => new(
        $"'{Name}' is incomplete: its end is missing. Restore the file from a copy, or build the index anew.");
}
