using LocalRag.Plugins.Ingestion.Sources;

namespace LocalRag.Plugins.Ingestion;

/// <summary>The files below a folder that can be indexed, and what was left out for which reason.</summary>
/// <remarks>Immutable. Files are sorted by identifier, so that two runs over one folder index in the same order.</remarks>
public sealed class FolderListing
{
    private FolderListing(IReadOnlyList<SourceFile> files, IReadOnlyList<FileNotice> skipped, IReadOnlyList<FileNotice> failed)
    {
        Files = files;
        Skipped = skipped;
        Failed = failed;
    }

    /// <summary>The files that a reader takes, by identifier.</summary>
    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>Files of other kinds, and folders that were visited before through another link.</summary>
    public IReadOnlyList<FileNotice> Skipped { get; }

    /// <summary>Folders and links that could not be followed.</summary>
    public IReadOnlyList<FileNotice> Failed { get; }

    /// <summary>Lists a folder with all folders below it, or a single file.</summary>
    /// <remarks>
    /// Names that begin with a dot and the folders <c>bin</c>, <c>obj</c> and <c>node_modules</c> are passed over in silence. Links are
    /// followed, each real folder once, so that a cycle of links ends.
    /// </remarks>
    /// <param name="path">The folder or file.</param>
    /// <param name="idPrefix">What every identifier begins with, such as <c>docs/</c>.</param>
    /// <param name="readers">The readers that decide which files count; null takes <see cref="DocumentReaders.Default"/>.</param>
    /// <param name="cancellationToken">Looked at for every folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is neither a folder nor a file at <paramref name="path"/>.</exception>
    public static FolderListing Of(
        string path, string idPrefix = "", IReadOnlyList<IDocumentReader>? readers = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(idPrefix);
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            return new([new(idPrefix + Path.GetFileName(full), full)], [], []);
        }

        if (!Directory.Exists(full))
        {
            throw new DirectoryNotFoundException($"There is no folder '{path}' (looked at {full}). Check the spelling, or create it and put documents into it.");
        }

        var walk = new FolderWalk(readers ?? DocumentReaders.Default, cancellationToken);
        walk.Visit(new DirectoryInfo(full), FolderWalk.RealPath(new DirectoryInfo(full)), idPrefix, depth: 0);
        walk.Files.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        return new(walk.Files, walk.Skipped, walk.Failed);
    }

    /// <summary>Makes a listing of files that the caller knows, such as those of a store that gives them names of its own.</summary>
    /// <param name="files">The files; identifiers that occur twice are kept from the first.</param>
    public static FolderListing FromFiles(IEnumerable<SourceFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return new FolderListing([], [], []).With(new FolderListing([.. files], [], []));
    }

    /// <summary>Joins this listing with another, such as a folder with a single file beside it.</summary>
    /// <param name="other">The other listing; identifiers that occur in both are kept from this one.</param>
    public FolderListing With(FolderListing other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var files = Files.Concat(other.Files).DistinctBy(f => f.Id, StringComparer.Ordinal).OrderBy(f => f.Id, StringComparer.Ordinal);
        return new([.. files], [.. Skipped, .. other.Skipped], [.. Failed, .. other.Failed]);
    }
}
