namespace LocalRag.Training.Saving;

/// <summary>Writes a directory so that it is seen complete or not at all.</summary>
internal static class AtomicDirectory
{
    private const string Kept = ".csv";
    private const string New = ".new-";
    private const string Old = ".old-";

    /// <summary>Refuses a target whose replacement would destroy something else than an older model.</summary>
    /// <exception cref="ArgumentException">The target is the source, holds it, or holds files that are no model's.</exception>
    public static void CheckTarget(string path, string source)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string from = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        if (from == target || from.StartsWith(target + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new ArgumentException($"OutputPath '{path}' is, or holds, the model that is trained from. Choose another directory; the old model stays as it is.", nameof(path));
        }

        Recover(target);
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any(e => !e.EndsWith(Kept, StringComparison.Ordinal))
            && !File.Exists(Path.Combine(target, "config.json"))))
        {
            throw new ArgumentException($"OutputPath '{path}' exists and is no model directory (it has no config.json). It would be replaced; choose a new or an empty directory.", nameof(path));
        }
    }

    /// <summary>Ends what a killed process left of a save: a complete new directory is put in its place, everything else is removed.</summary>
    public static void Recover(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(path) is not { } parent || !Directory.Exists(parent))
        {
            return;
        }

        foreach (string old in Directory.GetDirectories(parent, Path.GetFileName(path) + Old + "*"))
        {
            if (!Directory.Exists(path))
            {
                // The old one is moved away only when the new one is complete.
                string fresh = path + New + old[(path.Length + Old.Length)..];
                Directory.Move(Directory.Exists(fresh) ? fresh : old, path);
            }

            if (Directory.Exists(old))
            {
                Directory.Delete(old, recursive: true);
            }
        }

        foreach (string fresh in Directory.GetDirectories(parent, Path.GetFileName(path) + New + "*"))
        {
            Directory.Delete(fresh, recursive: true);
        }
    }

    /// <summary>Fills a directory beside <paramref name="path"/>, then puts it in its place; on failure what was there stays.</summary>
    public static void Write(string path, Action<string> fill)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Recover(path);
        string suffix = Guid.NewGuid().ToString("N")[..8];
        string fresh = path + New + suffix, old = path + Old + suffix;
        try
        {
            Directory.CreateDirectory(fresh);
            fill(fresh);
            bool replaces = Directory.Exists(path);
            if (replaces)
            {
                // What evaluators write goes on through several saves of one run.
                foreach (string file in Directory.GetFiles(path, "*" + Kept))
                {
                    File.Copy(file, Path.Combine(fresh, Path.GetFileName(file)));
                }

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
