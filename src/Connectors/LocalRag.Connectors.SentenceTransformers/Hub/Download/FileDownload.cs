using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using LocalRag.Connectors.SentenceTransformers.Hub.Cache;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using LocalRag.Connectors.SentenceTransformers.Hub.Listing;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Download;

/// <summary>Brings one file into the cache: locked, resumed, bounded and checked before it gets its final name.</summary>
internal sealed class FileDownload(HubConnection connection, RepositoryName name, RepositoryCache cache)
{
    private const int BufferSize = 128 * 1024;
    private const int MaxResumes = 5;

    /// <summary>Downloads the file unless the cache has it.</summary>
    /// <param name="commit">The commit it is taken from.</param>
    /// <param name="file">The file; its size and hash are what the content must have.</param>
    /// <param name="force">Whether to download it in any case.</param>
    /// <param name="tracker">Told about the bytes in place.</param>
    /// <param name="cancellationToken">Ends the download; what has arrived stays for the next run.</param>
    public async Task RunAsync(string commit, RemoteFile file, bool force, ProgressTracker tracker, CancellationToken cancellationToken)
    {
        if (force || !cache.HasFile(commit, file))
        {
            try
            {
                using var held = await cache.LockAsync(file.ETag, cancellationToken).ConfigureAwait(false);

                // Another process may have brought it while this one waited.
                if (force || !cache.HasFile(commit, file))
                {
                    var isNew = force || new FileInfo(cache.BlobPath(file.ETag)) is not { Exists: true, LinkTarget: null } blob || blob.Length != file.Size;
                    if (isNew)
                    {
                        cache.Ensure("blobs");
                        await FetchAsync(commit, file, force, tracker, cancellationToken).ConfigureAwait(false);
                        File.Move(cache.PartialPath(file.ETag), cache.BlobPath(file.ETag), overwrite: true);
                    }

                    cache.Publish(commit, file, connection.Settings.UseLinks, isNew);
                }
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
            {
                throw new HubException(HubErrorKind.CacheNotWritable, $"'{file.Path}' of '{name}' is not in the cache and could not be written to '{cache.Root}': {exception.Message} Free the space or the folder, or choose another one with CacheFolder or HF_HUB_CACHE.", exception);
            }
        }

        tracker.Complete(file);
    }

    private async Task FetchAsync(string commit, RemoteFile file, bool force, ProgressTracker tracker, CancellationToken cancellationToken)
    {
        var path = cache.PartialPath(file.ETag);
        var mayRestart = true;
        while (true)
        {
            var partial = OpenPartial(path, fresh: force);
            bool resumed;
            string found;
            await using (partial.ConfigureAwait(false))
            {
                using var hash = new ContentHash(file);
                var start = await HashExistingAsync(partial, file, hash, cancellationToken).ConfigureAwait(false);
                tracker.Set(file.Path, file.Size, start);
                resumed = await ReceiveAsync(commit, file, partial, hash, tracker, cancellationToken).ConfigureAwait(false);
                found = hash.Finish();
                partial.Flush(flushToDisk: true);
            }

            if (found == file.ETag)
            {
                return;
            }

            // Never resume from bytes that may be the wrong ones; an older run may have left them, so one clean try is fair.
            File.Delete(path);
            if (!resumed || !mayRestart)
            {
                throw new HubException(HubErrorKind.Corrupt, $"'{file.Path}' of '{name}' arrived with hash {found} instead of {file.ETag} and was deleted. Try again; if it stays so, the server or a proxy changes the content.");
            }

            mayRestart = false;
        }
    }

    // A planted link would make the download write elsewhere, so only a real file is continued and a new one is never opened through a link.
    private static FileStream OpenPartial(string path, bool fresh)
    {
        var old = new FileInfo(path);
        if (old.LinkTarget is not null || (fresh && old.Exists))
        {
            old.Delete();
        }

        var mode = old.LinkTarget is null && File.Exists(path) ? FileMode.Open : FileMode.CreateNew;
        return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true);
    }

    /// <summary>Hashes what an earlier run left, and forgets it when it is longer than the file.</summary>
    private static async Task<long> HashExistingAsync(FileStream partial, RemoteFile file, ContentHash hash, CancellationToken cancellationToken)
    {
        if (partial.Length > file.Size)
        {
            partial.SetLength(0);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await partial.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                hash.Append(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return partial.Position;
    }

    /// <summary>Receives until the file has its size; returns whether bytes of an earlier run were kept.</summary>
    private async Task<bool> ReceiveAsync(string commit, RemoteFile file, FileStream partial, ContentHash hash, ProgressTracker tracker, CancellationToken cancellationToken)
    {
        var uri = connection.Address($"{RemotePath.Encode(name.Id)}/resolve/{commit}/{RemotePath.Encode(file.Path)}");
        var resumed = partial.Position > 0;
        var expired = false;

        // Only bytes beyond the farthest point count as progress: a server that breaks off or starts again at the same place must not keep this going.
        var farthest = partial.Position;
        var failures = 0;
        while (partial.Position < file.Size)
        {
            var from = partial.Position;
            using var response = await connection.SendAsync(new HubRequest(HttpMethod.Get, uri) { From = from }, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.Forbidden && !connection.IsHub(response.RequestMessage!.RequestUri!) && !expired)
            {
                // The signed address of the storage has run out; the hub hands out a new one.
                expired = true;
                continue;
            }

            var continues = response.StatusCode == HttpStatusCode.PartialContent;
            var compressed = response.Content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));
            var restart = from > 0 && !(continues && !compressed && IsRest(response.Content.Headers.ContentRange, from, file.Size));
            if (restart && (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable))
            {
                partial.SetLength(0);
                hash.Reset();
                resumed = false;
            }

            if (!response.IsSuccessStatusCode && !(restart && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable))
            {
                throw await HubErrors.ReadAsync(response, $"'{file.Path}' of '{name}'", connection.Settings, connection.Time, cancellationToken).ConfigureAwait(false);
            }

            // A full answer to a question for the rest is taken as it is; any other answer that does not fit is asked for again.
            var broken = restart && response.StatusCode != HttpStatusCode.OK
                ? new InvalidDataException($"Asked for the bytes from {from:N0} on, the server answered {(int)response.StatusCode} with Content-Range '{response.Content.Headers.ContentRange}'.")
                : await CopyAsync(response, compressed, file, partial, hash, tracker, cancellationToken).ConfigureAwait(false);
            if (broken is null)
            {
                continue;
            }

            failures = partial.Position > farthest ? 1 : failures + 1;
            farthest = Math.Max(farthest, partial.Position);
            if (failures > MaxResumes)
            {
                throw new HubException(HubErrorKind.Unavailable, $"'{file.Path}' of '{name}' did not get beyond {farthest:N0} of {file.Size:N0} bytes in {failures} attempts ({broken.Message}) What has arrived is kept; run it again to go on.", broken);
            }

            await Task.Delay(HubResilience.Backoff(failures - 1), connection.Time, cancellationToken).ConfigureAwait(false);
        }

        return resumed;
    }

    /// <summary>Copies one body to the end of the partial file; returns what broke it off, or null when the file is complete.</summary>
    private async Task<Exception?> CopyAsync(HttpResponseMessage response, bool compressed, RemoteFile file, FileStream partial, ContentHash hash, ProgressTracker tracker, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(connection.Settings.StallTimeout, connection.Time, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var body = await response.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
            var content = compressed ? Decompress(response, body, file) : body;
            await using (content.ConfigureAwait(false))
            {
                while (await content.ReadAsync(buffer, guard.Token).ConfigureAwait(false) is var read and > 0)
                {
                    guard.Moved();
                    if (partial.Position + read > file.Size)
                    {
                        partial.SetLength(0);
                        throw new HubException(HubErrorKind.Corrupt, $"'{file.Path}' of '{name}' is longer than the {file.Size:N0} bytes that the hub announced; what had arrived was deleted. The server or a proxy changes the content.");
                    }

                    await partial.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    hash.Append(buffer.AsSpan(0, read));
                    tracker.Set(file.Path, file.Size, partial.Position);
                }
            }

            return partial.Position == file.Size ? null : new EndOfStreamException("The connection closed before the end of the file.");
        }
        catch (Exception exception) when (HubBody.IsBroken(exception) || exception is InvalidDataException || (exception is OperationCanceledException && guard.Expired))
        {
            return exception;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Asked not to, some proxies compress all the same. The size limit of the file bounds what a hostile body can unpack to.
    private Stream Decompress(HttpResponseMessage response, Stream body, RemoteFile file) => string.Join(',', response.Content.Headers.ContentEncoding).ToUpperInvariant() switch
    {
        "GZIP" => new GZipStream(body, CompressionMode.Decompress),
        "DEFLATE" => new ZLibStream(body, CompressionMode.Decompress),
        "BR" => new BrotliStream(body, CompressionMode.Decompress),
        var other => throw new HubException(HubErrorKind.Protocol, $"'{file.Path}' of '{name}' arrived compressed as '{RemotePath.Printable(other)}' although plain bytes were asked for. A proxy may be at fault."),
    };

    private static bool IsRest(ContentRangeHeaderValue? range, long from, long size)
        => range is { Unit: "bytes", From: { } start } && start == from && (range.Length ?? size) == size;
}
