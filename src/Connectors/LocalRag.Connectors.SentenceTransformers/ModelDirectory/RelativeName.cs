namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Names of files as people, and graphs, write them: relative to a folder.</summary>
internal static class RelativeName
{
    /// <summary>The name below a folder; the empty folder adds nothing.</summary>
    public static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>The folder of a file; empty for the root.</summary>
    public static string FolderOf(string name) => name[..Math.Max(0, name.LastIndexOf('/'))];

    /// <summary>The name with forward slashes and without dots, or null where it leads out of its folder.</summary>
    public static string? Normalize(string name)
    {
        var parts = new List<string>();
        name = name.Replace('\\', '/');
        if (name.StartsWith('/'))
            return null;
        foreach (var part in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                    return null;
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 ? null : string.Join('/', parts);
    }
}
