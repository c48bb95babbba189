using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace LocalRag.Connectors.InMemory;

/// <summary>The file under a <see cref="Journal"/>: a head, then entries of [length][CRC-32C of the payload][CRC-32C of these two][payload].</summary>
/// <remarks>
/// An entry that ends in the middle belongs to a call that never returned, and is cut off; so is a last entry with holes
/// of zeros, which a power failure leaves where the length of a file reached the disk before its bytes. Anything else that does not match its
/// checksum is damage, and an error. Appending is for one thread at a time, flushing for any.
/// </remarks>
internal sealed class JournalFile : IDisposable
{
    /// <summary>What an entry starts with; <see cref="Append"/> fills it in.</summary>
    public const int EntryHeaderBytes = 12;

    /// <summary>The largest payload.</summary>
    public const int LargestEntry = 1 << 30;

    private const int Version = 1;
    private const int HeadBytes = 12;
    private const int PageBytes = 4096;

    private readonly Lock _flushing = new();
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private long _end;
    private long _flushed;
    private volatile bool _failed;

    private JournalFile(string path, SafeFileHandle handle) => (_path, _handle) = (path, handle);

    private static ReadOnlySpan<byte> Magic => "LRAGLOG\n"u8;

    // Windows renames an open file only where its sharing allows deletion.
    private static FileShare Sharing => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Opens or creates a journal; <see cref="ReadAll"/> must follow.</summary>
    /// <exception cref="IOException">Another store has it open.</exception>
    public static JournalFile Open(string path)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var handle = File.OpenHandle(full, FileMode.OpenOrCreate, FileAccess.ReadWrite, Sharing);
        TemporaryFile.DeleteStale(full);
        return new JournalFile(full, handle);
    }

    /// <summary>Replaces this file by a new one that <paramref name="write"/> fills: whoever looks finds the old one or the new one, whole.</summary>
    /// <returns>The new file; this one is closed.</returns>
    public JournalFile Rewrite(Action<JournalFile> write)
    {
        var temporary = TemporaryFile.NameFor(_path);
        JournalFile? file = null;
        try
        {
            file = new JournalFile(_path, File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.ReadWrite, Sharing));
            file.WriteHead();
            write(file);
            file.Flush(file.End);
            // Elsewhere the lock of the old file must hold until the new one has its name.
            if (OperatingSystem.IsWindows())
                Dispose();
            File.Move(temporary, _path, overwrite: true);
            Dispose();
            return file;
        }
        catch
        {
            file?.Dispose();
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Where the next entry starts.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>All payloads with their places, in order; cuts off an incomplete end.</summary>
    /// <exception cref="InvalidDataException">The file is no journal, of another version, or damaged before its end.</exception>
    public IEnumerable<(long Offset, byte[] Payload)> ReadAll()
    {
        var length = RandomAccess.GetLength(_handle);
        ReadHead(length);
        var header = new byte[EntryHeaderBytes];
        while (End < length)
        {
            var start = End;
            var complete = ReadFully(header, start) == EntryHeaderBytes;
            var size = complete ? EntryLength(header) : null;
            if (complete && size is null && !IsZero(start, length))
                throw Damaged(start);
            if (size is null || length - start - EntryHeaderBytes < size)
            {
                RandomAccess.SetLength(_handle, start);
                yield break;
            }

            var payload = new byte[size.Value];
            ReadFully(payload, start + EntryHeaderBytes);
            var end = start + EntryHeaderBytes + payload.Length;
            if (FileFormat.Checksum(payload) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)))
            {
                if (end < length || !HasHole(payload, start + EntryHeaderBytes))
                    throw Damaged(start);
                RandomAccess.SetLength(_handle, start);
                yield break;
            }

            _end = end;
            yield return (start, payload);
        }
    }

    /// <summary>Hands an entry to the operating system.</summary>
    /// <param name="entry">Room for the header, then the payload.</param>
    public void Append(Span<byte> entry)
    {
        if (_failed)
            throw new IOException($"The journal '{_path}' failed before and takes no more changes. Open the store anew; everything that was acknowledged until then is in it.");
        var length = entry.Length - EntryHeaderBytes;
        if (length > LargestEntry)
            throw new InvalidOperationException($"The journal takes up to {LargestEntry:N0} bytes in one batch, but this one has {length:N0}. Write it in several batches.");
        BinaryPrimitives.WriteInt32LittleEndian(entry, length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], FileFormat.Checksum(entry[EntryHeaderBytes..]));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], FileFormat.Checksum(entry[..8]));
        try
        {
            RandomAccess.Write(_handle, entry, End);
        }
        catch
        {
            CutOff();
            throw;
        }

        Volatile.Write(ref _end, End + entry.Length);
    }

    /// <summary>Returns when everything before <paramref name="position"/> is on the disk; calls that wait for each other share one flush.</summary>
    public void Flush(long position)
    {
        lock (_flushing)
        {
            if (Volatile.Read(ref _flushed) >= position)
                return;
            var end = End;
            try
            {
                RandomAccess.FlushToDisk(_handle);
            }
            catch
            {
                // What the disk has after a failed flush is unknown; trying again may report success for lost pages.
                _failed = true;
                throw;
            }

            Volatile.Write(ref _flushed, end);
        }
    }

    public bool IsFlushed(long position) => Volatile.Read(ref _flushed) >= position;

    public InvalidDataException Damaged(long offset) => new(
        $"'{_path}' is damaged: the entry at offset {offset} does not match its checksum. Restore the file from a copy, or delete it to start anew.");

    public void Dispose()
    {
        lock (_flushing)
        {
            // Whoever still waits for a flush finds its change in the file that replaced this one, which is flushed.
            Volatile.Write(ref _flushed, long.MaxValue);
            _handle.Dispose();
        }
    }

    private static int? EntryLength(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        return FileFormat.Checksum(header[..8]) == BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) && length is >= 1 and <= LargestEntry ? length : null;
    }

    /// <summary>The part of an entry that lies in some page is all zero.</summary>
    private static bool HasHole(ReadOnlySpan<byte> payload, long offset)
    {
        while (payload.Length > 0)
        {
            var part = (int)Math.Min(payload.Length, PageBytes - offset % PageBytes);
            if (!payload[..part].ContainsAnyExcept((byte)0))
                return true;
            payload = payload[part..];
            offset += part;
        }

        return false;
    }

    private void WriteHead()
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], Version);
        RandomAccess.Write(_handle, head, 0);
        _end = HeadBytes;
    }

    private void ReadHead(long length)
    {
        var head = new byte[HeadBytes];
        var found = head.AsSpan(0, ReadFully(head, 0));
        if (!found.StartsWith(Magic[..Math.Min(found.Length, Magic.Length)]))
            throw new InvalidDataException($"'{_path}' is not a LocalRag journal: it does not start with the expected signature. Choose another path, or delete the file.");
        if (length < HeadBytes)
        {
            // New, or killed while it was made: nothing was acknowledged yet.
            WriteHead();
            return;
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(8));
        if (version != Version)
            throw new InvalidDataException($"'{_path}' has journal version {version}; this library reads version {Version}. Open it with the version that wrote it, and save its collections.");
        _end = HeadBytes;
    }

    private int ReadFully(Span<byte> bytes, long offset)
    {
        var total = 0;
        int read;
        while (total < bytes.Length && (read = RandomAccess.Read(_handle, bytes[total..], offset + total)) > 0)
            total += read;
        return total;
    }

    private bool IsZero(long offset, long end)
    {
        var buffer = new byte[1 << 16];
        int read;
        while (offset < end && (read = RandomAccess.Read(_handle, buffer, offset)) > 0)
        {
            if (buffer.AsSpan(0, read).ContainsAnyExcept((byte)0))
                return false;
            offset += read;
        }

        return true;
    }

    private void CutOff()
    {
        try
        {
            RandomAccess.SetLength(_handle, End);
        }
        catch (IOException)
        {
            _failed = true;
        }
    }
}
