namespace LocalRag.Connectors.SentenceTransformers.Hub.Cache;

/// <summary>A lock between processes: an open file that nobody else may open. The system frees it when its holder dies.</summary>
/// <remarks>On Unix this is flock, which the Python library's locks use too, so both respect each other.</remarks>
internal static class FileLock
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static async Task<FileStream> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAcquire(path) is { } held)
            {
                return held;
            }

            // No system offers a wait for a file lock that a token could end, and the clock of the retries has no part in it.
            await Task.Delay(Poll, cancellationToken).ConfigureAwait(false);
        }
    }

    private static FileStream? TryAcquire(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            throw new HubException(HubErrorKind.Unsafe, $"The lock '{path}' is a symbolic link to '{target}', which would be created. Remove the link, or choose another cache folder.");
        }

        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
    }

    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; EWOULDBLOCK of Linux and of macOS.
    private static bool IsHeld(IOException exception) => OperatingSystem.IsWindows()
        ? (exception.HResult & 0xFFFF) is 32 or 33
        : exception.HResult is 11 or 35;
}
