namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>The files of a model that lies in a local directory.</summary>
internal sealed class DirectoryFiles(string directory) : IModelFiles
{
    // A model is flat; what lies deeper, such as the checkpoints of a training, is another one. An explicit name still reaches it.
    private static readonly EnumerationOptions Nearby = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2 };

    public string PathOf(string name) => Path.Combine(directory, name);

    // Not looked up among the names: a link of the hub's cache may point nowhere.
    public bool Contains(string name) => File.Exists(PathOf(name));

    public IEnumerable<string> In(string folder)
    {
        var root = PathOf(folder);
        return Directory.Exists(root)
            ? Directory.EnumerateFiles(root, "*", Nearby).Where(File.Exists).Select(path => Path.GetRelativePath(directory, path).Replace('\\', '/'))
            : [];
    }

    public Stream Open(string name) => File.OpenRead(PathOf(name));
}
