namespace LocalRag.Connectors.InMemory;

/// <summary>Files that are written beside a target and then take its name.</summary>
internal static class TemporaryFile
{
    private const string Extension = ".tmp";

    public static string NameFor(string target) => $"{target}.{Guid.NewGuid():N}{Extension}";

    /// <summary>Deletes what killed processes have left; files that somebody is writing are locked, and stay.</summary>
    public static void DeleteStale(string target)
    {
        var prefix = Path.GetFileName(target) + ".";
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, prefix + "*" + Extension))
        {
            if (!Guid.TryParseExact(Path.GetFileName(file)[prefix.Length..^Extension.Length], "N", out _))
                continue;
            try
            {
                File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, or not ours to delete.
            }
        }
    }
}
