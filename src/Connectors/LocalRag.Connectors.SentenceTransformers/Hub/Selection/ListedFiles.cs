using LocalRag.Connectors.SentenceTransformers.ModelDirectory;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Selection;

/// <summary>The files of a repository, of which only the names are known yet.</summary>
internal sealed class ListedFiles(IReadOnlyCollection<string> paths) : IModelFiles
{
    private readonly IReadOnlySet<string> _paths = paths as IReadOnlySet<string> ?? paths.ToHashSet(StringComparer.Ordinal);

    public bool Contains(string name) => _paths.Contains(name);

    public IEnumerable<string> In(string folder) => folder.Length == 0 ? _paths : _paths.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal));

    public Stream? Open(string name) => null;
}
