namespace LocalRag.Connectors.InMemory;

/// <summary>Files and streams around <see cref="StoreWriter"/> and <see cref="StoreReader"/>.</summary>
internal static class StoreFile
{
    /// <summary>Writes beside the target and renames: whoever looks finds the old file or the new one.</summary>
    public static Task SaveAsync(string path, Func<IEnumerable<CollectionData>> collections, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ThrowIfBigEndian();
        return Task.Run(
            () =>
            {
                var target = Path.GetFullPath(path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                TemporaryFile.DeleteStale(target);
                var temporary = TemporaryFile.NameFor(target);
                try
                {
                    using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
                    {
                        StoreWriter.Write(stream, collections(), cancellationToken);
                        stream.Flush(flushToDisk: true);
                    }

                    File.Move(temporary, target, overwrite: true);
                }
                catch
                {
                    File.Delete(temporary);
                    throw;
                }
            },
            cancellationToken);
    }

    public static Task SaveAsync(Stream stream, Func<IEnumerable<CollectionData>> collections, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ThrowIfBigEndian();
        return Task.Run(() => StoreWriter.Write(stream, collections(), cancellationToken), cancellationToken);
    }

    public static Task<List<CollectionData>> LoadAsync(string path, bool verify, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ThrowIfBigEndian();
        return Task.Run(() => OpenAsync(Map(path), verify, cancellationToken), cancellationToken);
    }

    public static async Task<List<CollectionData>> LoadAsync(Stream stream, bool verify, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ThrowIfBigEndian();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return await OpenAsync(Copy(bytes), verify, cancellationToken).ConfigureAwait(false);
    }

    private static unsafe BlockReader Map(string path)
    {
        var file = new MappedFile(path);
        return new BlockReader(path, file, file.Pointer, file.Length);
    }

    private static unsafe BlockReader Copy(MemoryStream bytes)
    {
        var buffer = new NativeBuffer(bytes.Length);
        bytes.GetBuffer().AsSpan(0, (int)bytes.Length).CopyTo(new Span<byte>(buffer.Pointer, (int)bytes.Length));
        return new BlockReader("the stream", buffer, buffer.Pointer, bytes.Length);
    }

    private static async Task<List<CollectionData>> OpenAsync(BlockReader file, bool verify, CancellationToken cancellationToken)
    {
        if (!verify)
            return StoreReader.Read(file, cancellationToken);
        // Indexes are built while the disk is waited for. Of two errors that of the check, which names the first bad block, is thrown.
        var check = Task.Run(() => file.VerifyAll(cancellationToken), cancellationToken);
        var read = Task.Run(() => StoreReader.Read(file, cancellationToken), cancellationToken);
        await Task.WhenAll(check, read).ConfigureAwait(false);
        return await read.ConfigureAwait(false);
    }

    private static void ThrowIfBigEndian()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Vector files are little-endian and used as they are; this machine is big-endian.");
    }
}
