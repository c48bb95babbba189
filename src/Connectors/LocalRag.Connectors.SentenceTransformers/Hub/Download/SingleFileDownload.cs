using System.Net;
using LocalRag.Connectors.SentenceTransformers.Hub.Cache;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using LocalRag.Connectors.SentenceTransformers.Hub.Listing;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Download;

/// <summary>Brings one named file into the cache: its metadata by HEAD, its content by GET, and remembers when there is none.</summary>
internal sealed class SingleFileDownload(HubConnection connection, RepositoryName name, HubDownloadOptions options, Action<RepositoryName, HubException> onCachedCopy)
{
    private readonly RepositoryCache _cache = new(connection.Settings.CacheFolder, name);

    /// <summary>Returns the path of the file in the snapshot.</summary>
    public async Task<string> RunAsync(string path, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        var offline = connection.Settings.Offline || options.LocalFilesOnly;
        if (options.ForceDownload && offline)
        {
            throw new ArgumentException("A download cannot be forced while only local files may be used. Drop ForceDownload or LocalFilesOnly (HF_HUB_OFFLINE).");
        }

        if ((RemotePath.FindTrick(path) ?? RemotePath.FindUnportable(path)) is { } reason)
        {
            throw new ArgumentException($"'{RemotePath.Printable(path)}' is not the path of a file in a repository: {reason}.", nameof(path));
        }

        var commit = _cache.ReadCommit(name.Revision);
        var cached = commit is null ? null : _cache.SnapshotPath(commit, path);
        var isCached = cached is not null && RepositoryCache.SizeOf(cached) is not null;
        if (isCached && !options.ForceDownload && (offline || HexDigest.IsCommit(name.Revision)))
        {
            return cached!;
        }

        if (commit is not null && (offline || HexDigest.IsCommit(name.Revision)) && _cache.IsKnownMissing(commit, path))
        {
            throw new HubException(HubErrorKind.FileNotFound, $"'{name}' has no file '{path}' at commit {commit}, as the cache remembers.");
        }

        if (offline)
        {
            throw new HubException(HubErrorKind.NotCached, $"'{path}' of '{name}' is not in the cache '{_cache.Root}', and the network may not be used. Download it once while online, or drop LocalFilesOnly, HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE.");
        }

        FileMetadata metadata;
        try
        {
            metadata = await AskAsync(path, retry: !isCached, cancellationToken).ConfigureAwait(false);
        }
        catch (HubException exception) when (isCached && !options.ForceDownload && exception.AllowsCachedCopy)
        {
            onCachedCopy(name, exception);
            return cached!;
        }

        var file = new RemoteFile(path, metadata.Size, metadata.ETag);
        await new FileDownload(connection, name, _cache).RunAsync(metadata.Commit, file, options.ForceDownload, new ProgressTracker(progress, file.Size, 1), cancellationToken).ConfigureAwait(false);
        Try(() => _cache.WriteCommit(name.Revision, metadata.Commit));
        return _cache.SnapshotPath(metadata.Commit, path);
    }

    private async Task<FileMetadata> AskAsync(string path, bool retry, CancellationToken cancellationToken)
    {
        var uri = connection.Address($"{RemotePath.Encode(name.Id)}/resolve/{name.EncodedRevision}/{RemotePath.Encode(path)}");
        var request = new HubRequest(HttpMethod.Head, uri)
        {
            StopAtMetadata = true,
            Retry = retry,
            Timeout = retry ? connection.Patience() : null,
        };
        using var response = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode || HubConnection.IsRedirect(response.StatusCode))
        {
            var metadata = FileMetadata.Read(response, uri);
            return !HexDigest.IsCommit(name.Revision) || metadata.Commit == name.Revision
                ? metadata
                : throw new HubException(HubErrorKind.Protocol, $"Asked for commit {name.Revision} of '{name.Id}', the hub answered with {metadata.Commit}. Check HF_ENDPOINT.");
        }

        var error = await HubErrors.ReadAsync(response, $"'{path}' of '{name}'", connection.Settings, connection.Time, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound && FileMetadata.Header(response, "X-Error-Code") == "EntryNotFound"
            && FileMetadata.Header(response, "X-Repo-Commit") is { } commit && HexDigest.IsCommit(commit))
        {
            Try(() => _cache.RememberMissing(commit, path));
            Try(() => _cache.WriteCommit(name.Revision, commit));
        }

        throw error;
    }

    // What is written here only saves a later question; a read-only cache does without.
    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
