namespace LocalRag.Plugins.Ingestion.Sources;

/// <summary>Walks a folder tree, each real folder once.</summary>
internal sealed class FolderWalk(IReadOnlyList<IDocumentReader> readers, CancellationToken cancellationToken)
{
    // Deeper trees are made by links through links; no person sorts documents that deep.
    private const int MaxDepth = 64;

    private static readonly HashSet<string> PassedOver = new(StringComparer.OrdinalIgnoreCase) { "bin", "obj", "node_modules" };

    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);

    public List<SourceFile> Files { get; } = [];

    public List<FileNotice> Skipped { get; } = [];

    public List<FileNotice> Failed { get; } = [];

    public static string RealPath(DirectoryInfo folder) => folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder.FullName;

    public void Visit(DirectoryInfo folder, string realPath, string id, int depth)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_visited.Add(realPath) || depth > MaxDepth)
        {
            Skipped.Add(new(id, "the folder was visited before through another link."));
            return;
        }

        List<FileSystemInfo> entries;
        try
        {
            entries = [.. folder.EnumerateFileSystemInfos()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Failed.Add(new(id, $"the folder cannot be listed: {error.Message}"));
            return;
        }

        // Real folders first, so that a link never takes the place of the folder that it points to.
        foreach (var entry in entries.OrderBy(e => e.LinkTarget is not null).ThenBy(e => e.Name, StringComparer.Ordinal))
        {
            if (entry.Name.StartsWith('.'))
            {
                continue;
            }

            try
            {
                VisitEntry(entry, realPath, id, depth);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Failed.Add(new(id + entry.Name, $"the link cannot be followed: {error.Message}"));
            }
        }
    }

    private void VisitEntry(FileSystemInfo entry, string realPath, string id, int depth)
    {
        if (entry is DirectoryInfo folder)
        {
            if (!PassedOver.Contains(folder.Name))
            {
                var real = folder.LinkTarget is null ? Path.Combine(realPath, folder.Name) : RealPath(folder);
                Visit(folder, real, id + folder.Name + "/", depth + 1);
            }

            return;
        }

        if (readers.For(entry.Name) is null)
        {
            Skipped.Add(new(id + entry.Name, $"not indexed: no reader takes {Kind(entry)}; Markdown, text, HTML, PDF and source code are read."));
            return;
        }

        Files.Add(new(id + entry.Name, entry.FullName));
    }

    private static string Kind(FileSystemInfo entry) => entry.Extension.Length > 1 ? $"{entry.Extension} files" : "files without an ending";
}
