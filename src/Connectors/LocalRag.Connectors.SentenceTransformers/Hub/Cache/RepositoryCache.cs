using System.Text;
using System.Text.Json;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using LocalRag.Connectors.SentenceTransformers.Hub.Listing;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Cache;

/// <summary>One repository's folder in the cache, in the layout of the Python library: blobs, refs, snapshots, .no_exist, trees, and locks beside it.</summary>
internal sealed class RepositoryCache(string cacheFolder, RepositoryName name)
{
    private readonly string _root = Path.Combine(cacheFolder, name.CacheFolderName);

    public string Root => _root;

    public string BlobPath(string etag) => Path.Combine(_root, "blobs", etag);

    public string PartialPath(string etag) => BlobPath(etag) + ".incomplete";

    public string SnapshotFolder(string commit) => Path.Combine(_root, "snapshots", commit);

    public string SnapshotPath(string commit, string path) => Path.Combine([SnapshotFolder(commit), .. path.Split('/')]);

    /// <summary>Whether the snapshot has the file, as a link or as a plain file, with the right size; writes nothing, so it serves read-only caches.</summary>
    public bool HasFile(string commit, RemoteFile file) => SizeOf(SnapshotPath(commit, file.Path)) == file.Size;

    /// <summary>Size of a file, links followed; null when there is none.</summary>
    public static long? SizeOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null)
            {
                file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
            }

            return file is { Exists: true } ? file.Length : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A loop of links, or a part of the path is a file.
            return null;
        }
    }

    /// <summary>The commit that a revision stood for when it was last asked; the revision itself when it is a commit.</summary>
    public string? ReadCommit(string revision)
    {
        if (HexDigest.IsCommit(revision))
        {
            return revision;
        }

        var path = Path.Combine([_root, "refs", .. revision.Split('/')]);
        return SizeOf(path) is > 0 and < 1024 && File.ReadAllText(path).Trim() is var text && HexDigest.IsCommit(text) ? text : null;
    }

    public void WriteCommit(string revision, string commit)
    {
        if (revision != commit && ReadCommit(revision) != commit)
        {
            Ensure("refs");
            RealFolder.Write(_root, RealFolder.EnsureParent(Path.Combine(_root, "refs"), revision), Encoding.ASCII.GetBytes(commit));
        }
    }

    /// <summary>What the commit holds, when it was listed before.</summary>
    public RepositoryListing? ReadTree(string commit)
    {
        var path = Path.Combine(_root, "trees", commit + ".json");
        if (SizeOf(path) is null)
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            if (JsonSerializer.Deserialize(stream, HubJsonContext.Default.CachedTree) is not { FormatVersion: CachedTree.KnownVersion, Files: { } files })
            {
                return null;
            }

            var read = files.Select(pair => new RemoteFile(pair.Key, pair.Value.LfsSize ?? pair.Value.Size, pair.Value.LfsSha256 ?? pair.Value.BlobId ?? "") { BlobId = pair.Value.BlobId }).ToList();
            return read.All(file => RemotePath.FindTrick(file.Path) is null && HexDigest.IsETag(file.ETag) && file.Size >= 0)
                ? new RepositoryListing(commit, read.ToDictionary(file => file.Path, StringComparer.Ordinal))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            // As good as none: the hub is asked again.
            return null;
        }
    }

    public void WriteTree(RepositoryListing listing)
    {
        var path = Path.Combine(_root, "trees", listing.Commit + ".json");
        if (ReadTree(listing.Commit) is not null)
        {
            return;
        }

        Ensure("trees");
        var files = listing.Files.Values.ToDictionary(file => file.Path, file => file.ETag.Length == HexDigest.Sha256Length
            ? new CachedTree.Entry(file.Size, file.BlobId, file.ETag, file.Size)
            : new CachedTree.Entry(file.Size, file.ETag, null, null));
        RealFolder.Write(_root, path, JsonSerializer.SerializeToUtf8Bytes(new CachedTree(CachedTree.KnownVersion, files), HubJsonContext.Default.CachedTree));
    }

    /// <summary>The files that a snapshot holds, for commits that were cached without a listing; hashes are unknown, so nothing can be fetched by it.</summary>
    public RepositoryListing? ReadSnapshot(string commit)
    {
        var folder = SnapshotFolder(commit);
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 8, AttributesToSkip = 0 })
            .Select(file => (Path: Path.GetRelativePath(folder, file).Replace('\\', '/'), Size: SizeOf(file)))
            .Where(file => file.Size is not null)
            .Select(file => new RemoteFile(file.Path, file.Size!.Value, ""));
        return new RepositoryListing(commit, files.ToDictionary(file => file.Path, StringComparer.Ordinal));
    }

    public bool IsKnownMissing(string commit, string path) => File.Exists(Path.Combine([_root, ".no_exist", commit, .. path.Split('/')]));

    public void RememberMissing(string commit, string path)
    {
        Ensure(".no_exist");
        var marker = RealFolder.EnsureParent(Path.Combine(_root, ".no_exist"), $"{commit}/{path}");
        if (!File.Exists(marker))
        {
            RealFolder.Write(_root, marker, []);
        }
    }

    public Task<FileStream> LockAsync(string etag, CancellationToken cancellationToken)
        => FileLock.AcquireAsync(Path.Combine(RealFolder.Ensure(cacheFolder, ".locks", name.CacheFolderName), etag + ".lock"), cancellationToken);

    /// <summary>A folder of the repository. The repository's own may be a link, since people move single models to other disks; those inside it may not.</summary>
    public string Ensure(params ReadOnlySpan<string> parts) => RealFolder.Ensure(_root, parts);

    /// <summary>Puts a finished blob under its name in the snapshot, as a link or as a file of its own.</summary>
    /// <param name="commit">The commit of the snapshot.</param>
    /// <param name="file">The file to publish.</param>
    /// <param name="useLinks">Whether links are wanted.</param>
    /// <param name="isNew">True when no other snapshot can use the blob yet, so that it may be moved.</param>
    public void Publish(string commit, RemoteFile file, bool useLinks, bool isNew)
    {
        Ensure("snapshots", commit);
        var path = RealFolder.EnsureParent(SnapshotFolder(commit), file.Path);
        var blob = BlobPath(file.ETag);
        if (useLinks && TryLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, blob)))
        {
            return;
        }

        if (isNew)
        {
            File.Move(blob, path, overwrite: true);
            return;
        }

        var temporary = RealFolder.TemporaryName(_root);
        try
        {
            File.Copy(blob, temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private bool TryLink(string path, string target)
    {
        var temporary = RealFolder.TemporaryName(_root);
        try
        {
            File.CreateSymbolicLink(temporary, target);
            File.Move(temporary, path, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            // Windows without the right, or a file system without links.
            File.Delete(temporary);
            return false;
        }
    }
}
