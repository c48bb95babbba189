using LocalRag.Connectors.SentenceTransformers.Hub.Cache;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using LocalRag.Connectors.SentenceTransformers.Hub.Listing;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;
using LocalRag.Connectors.SentenceTransformers.Hub.Selection;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Download;

/// <summary>Brings the files that a model needs into the cache: revision, listing, choice, download, in this order.</summary>
internal sealed class SnapshotDownload(HubConnection connection, RepositoryName name, ModelKind kind, HubDownloadOptions options, Action<RepositoryName, HubException> onCachedCopy)
{
    private readonly RepositoryCache _cache = new(connection.Settings.CacheFolder, name);
    private readonly bool _offline = connection.Settings.Offline || options.LocalFilesOnly;

    /// <summary>Returns the directory of the snapshot, complete.</summary>
    public async Task<string> RunAsync(IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        var (listing, online) = await ListAsync(cancellationToken).ConfigureAwait(false);
        var files = await ChooseAsync(listing, online, cancellationToken).ConfigureAwait(false);
        var missing = options.ForceDownload ? files : files.Where(file => !_cache.HasFile(listing.Commit, file)).ToList();
        if (missing.Count > 0 && !online)
        {
            throw NotCached($"of its snapshot {listing.Commit} {string.Join(", ", missing.Select(file => file.Path))} {(missing.Count == 1 ? "is" : "are")} missing");
        }

        CheckSpace(missing);
        var tracker = new ProgressTracker(progress, files.Sum(file => file.Size), files.Count);
        var download = new FileDownload(connection, name, _cache);
        await Parallel.ForEachAsync(
            files,
            new ParallelOptions { MaxDegreeOfParallelism = connection.Settings.MaxParallelDownloads, CancellationToken = cancellationToken },
            async (file, token) => await download.RunAsync(listing.Commit, file, options.ForceDownload, tracker, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (online)
        {
            Remember(listing);
        }

        return _cache.SnapshotFolder(listing.Commit);
    }

    /// <summary>Says what <see cref="RunAsync"/> would download.</summary>
    public async Task<HubDownloadSize> MeasureAsync(CancellationToken cancellationToken)
    {
        var (listing, online) = await ListAsync(cancellationToken).ConfigureAwait(false);
        var files = await ChooseAsync(listing, online, cancellationToken).ConfigureAwait(false);
        return new HubDownloadSize(listing.Commit, [.. files.Select(file => new HubFile(file.Path, file.Size, Missing(file)))]);

        long Missing(RemoteFile file)
        {
            if (options.ForceDownload)
            {
                return file.Size;
            }

            if (_cache.HasFile(listing.Commit, file) || (file.ETag.Length > 0 && RepositoryCache.SizeOf(_cache.BlobPath(file.ETag)) == file.Size))
            {
                return 0;
            }

            return file.Size - Math.Min(file.Size, RepositoryCache.SizeOf(_cache.PartialPath(file.ETag)) ?? 0);
        }
    }

    /// <summary>The listing, and whether files that are missing may be fetched by it.</summary>
    private async Task<(RepositoryListing Listing, bool Online)> ListAsync(CancellationToken cancellationToken)
    {
        if (options.ForceDownload && _offline)
        {
            throw new ArgumentException("A download cannot be forced while only local files may be used. Drop ForceDownload or LocalFilesOnly (HF_HUB_OFFLINE).");
        }

        var cached = ReadCached();
        if (_offline)
        {
            return (cached ?? throw NotCached("nothing of that revision is there"), false);
        }

        if (HexDigest.IsCommit(name.Revision) && _cache.ReadTree(name.Revision) is { } known)
        {
            // A commit never changes, so there is nothing to ask.
            return (known, true);
        }

        try
        {
            return (await new ListingReader(connection).ReadAsync(name, retry: cached is null, cancellationToken).ConfigureAwait(false), true);
        }
        catch (HubException exception) when (cached is not null && !options.ForceDownload && exception.AllowsCachedCopy && IsComplete(cached))
        {
            onCachedCopy(name, exception);
            return (cached, false);
        }
    }

    private RepositoryListing? ReadCached()
        => _cache.ReadCommit(name.Revision) is { } commit && Directory.Exists(_cache.SnapshotFolder(commit))
            ? _cache.ReadTree(commit) ?? _cache.ReadSnapshot(commit)
            : null;

    private bool IsComplete(RepositoryListing listing)
    {
        try
        {
            var modules = ReadCachedModules(listing);
            return ModelFiles.Select(name.ToString(), Paths(listing), modules, kind, options).All(path => _cache.HasFile(listing.Commit, listing.Files[path]));
        }
        catch (Exception exception) when (exception is HubException or IOException)
        {
            return false;
        }
    }

    private async Task<List<RemoteFile>> ChooseAsync(RepositoryListing listing, bool online, CancellationToken cancellationToken)
    {
        IReadOnlyList<ModuleEntry> modules = [];
        if (listing.Files.TryGetValue(ModelFiles.Modules, out var file))
        {
            if (online)
            {
                // Small, and it decides what else is needed.
                await new FileDownload(connection, name, _cache).RunAsync(listing.Commit, file, force: false, new ProgressTracker(null, 0, 0), cancellationToken).ConfigureAwait(false);
            }

            modules = ReadCachedModules(listing);
        }

        var paths = ModelFiles.Select(name.ToString(), Paths(listing), modules, kind, options);
        RemotePath.CheckAll(name.Id, paths);
        return [.. paths.Select(path => listing.Files[path])];
    }

    private IReadOnlyList<ModuleEntry> ReadCachedModules(RepositoryListing listing)
    {
        if (!listing.Files.TryGetValue(ModelFiles.Modules, out var file))
        {
            return [];
        }

        return _cache.HasFile(listing.Commit, file)
            ? ModelFiles.ReadModules(name.ToString(), File.ReadAllBytes(_cache.SnapshotPath(listing.Commit, ModelFiles.Modules)))
            : throw NotCached($"of its snapshot {listing.Commit} {ModelFiles.Modules} is missing");
    }

    private void Remember(RepositoryListing listing)
    {
        try
        {
            _cache.WriteTree(listing);
            _cache.WriteCommit(name.Revision, listing.Commit);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // All files are there; a read-only cache only has to be asked again next time.
        }
    }

    private void CheckSpace(IReadOnlyCollection<RemoteFile> missing)
    {
        var needed = missing.Aggregate(0L, (sum, file) => sum > long.MaxValue - file.Size ? long.MaxValue : sum + file.Size);
        if (needed > 0 && FreeSpace() is { } free && needed > free)
        {
            throw new HubException(HubErrorKind.CacheNotWritable, $"'{name}' needs {needed:N0} bytes more and the cache folder '{connection.Settings.CacheFolder}' has {free:N0} free. Free some space, or choose another one with CacheFolder or HF_HUB_CACHE.");
        }
    }

    private long? FreeSpace()
    {
        try
        {
            Directory.CreateDirectory(connection.Settings.CacheFolder);
            return new DriveInfo(connection.Settings.CacheFolder).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Unknown; the download itself will say.
            return null;
        }
    }

    private HubException NotCached(string what) => new(
        HubErrorKind.NotCached,
        $"'{name}' is not in the cache: {what} in '{_cache.Root}', and the network may not be used. Download it once while online, or drop LocalFilesOnly, HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE.");

    private static HashSet<string> Paths(RepositoryListing listing) => listing.Files.Keys.ToHashSet(StringComparer.Ordinal);
}
