namespace LocalRag.Plugins.Ingestion.Sources;

/// <summary>Reads a file as it stood at one moment.</summary>
internal static class FileContent
{
    private const int Attempts = 3;

    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most bytes that are read.</param>
    /// <param name="open">Opens the file; null for the file system. A test changes the file here, between the first look at it and the reading.</param>
    /// <exception cref="InvalidDataException">The file is empty or too large.</exception>
    /// <exception cref="IOException">The file cannot be read, or changed during every attempt.</exception>
    public static byte[] Read(string path, long maxBytes, Func<string, Stream>? open = null)
    {
        open ??= Open;
        for (var attempt = 1; ; attempt++)
        {
            var before = new FileInfo(path);

            // A pipe or device reports no length; it must not even be opened, as that could wait for ever.
            if (before.Length == 0)
            {
                throw new InvalidDataException("the file is empty.");
            }

            if (before.Length > maxBytes)
            {
                throw new InvalidDataException($"the file has {before.Length:N0} bytes; up to {maxBytes:N0} are read. Split it, or raise MaxFileBytes.");
            }

            using var stream = open(path);
            var bytes = new byte[before.Length];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var atEnd = stream.ReadByte() < 0;
            var after = new FileInfo(path);
            if (read == bytes.Length && atEnd && after.Exists && after.Length == before.Length && after.LastWriteTimeUtc == before.LastWriteTimeUtc)
            {
                return bytes;
            }

            if (attempt == Attempts)
            {
                throw new IOException("the file keeps changing while it is read. Run again when it is complete.");
            }
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
