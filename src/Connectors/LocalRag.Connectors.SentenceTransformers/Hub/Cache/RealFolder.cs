namespace LocalRag.Connectors.SentenceTransformers.Hub.Cache;

/// <summary>Makes folders and replaces files without ever writing through a symbolic link that somebody planted.</summary>
internal static class RealFolder
{
    /// <summary>Makes the folders below <paramref name="root"/>; each must be a real one.</summary>
    public static string Ensure(string root, params ReadOnlySpan<string> parts)
    {
        Directory.CreateDirectory(root);
        var path = root;
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
            if (new DirectoryInfo(path) is { LinkTarget: { } target })
            {
                throw new HubException(HubErrorKind.Unsafe, $"The cache folder '{path}' is a symbolic link to '{target}'; files would be written there. Remove the link, or choose another cache folder.");
            }

            Directory.CreateDirectory(path);
        }

        return path;
    }

    /// <summary>Makes the parent folder of a file below <paramref name="root"/> and returns the file's path.</summary>
    public static string EnsureParent(string root, string relative)
    {
        var parts = relative.Split('/');
        return Path.Combine(Ensure(root, parts.AsSpan(0, parts.Length - 1)), parts[^1]);
    }

    /// <summary>Writes a small file in one step: readers see the old one or the new one.</summary>
    public static void Write(string repositoryRoot, string path, ReadOnlySpan<byte> content)
    {
        var temporary = TemporaryName(repositoryRoot);
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>A fresh name beside the repository's folders, where no reader of the cache looks.</summary>
    public static string TemporaryName(string repositoryRoot) => Path.Combine(repositoryRoot, $"tmp-{Guid.NewGuid():N}");
}
