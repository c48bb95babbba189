namespace LocalRag.Training.Saving;

/// <summary>Writes a directory so that it is seen complete or not at all.</summary>
internal static class AtomicDirectory
{
    /// <summary>Fills a directory beside <paramref name="path"/>, then puts it in its place; on failure what was there stays.</summary>
    public static void Write(string path, Action<string> fill)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string suffix = Guid.NewGuid().ToString("N")[..8];
        string fresh = $"{path}.new-{suffix}", old = $"{path}.old-{suffix}";
        try
        {
            Directory.CreateDirectory(fresh);
            fill(fresh);
            bool replaces = Directory.Exists(path);
            if (replaces)
            {
                Directory.Move(path, old);
            }

            try
            {
                Directory.Move(fresh, path);
            }
            catch when (replaces)
            {
                Directory.Move(old, path);
                throw;
            }

            if (replaces)
            {
                Directory.Delete(old, recursive: true);
            }
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }
        }
    }
}
