using System.Text.RegularExpressions;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Listing;

/// <summary>Asks the hub which commit a revision is and which files it holds: one request, and the paged tree only where a mirror leaves sizes out.</summary>
internal sealed partial class ListingReader(HubConnection connection)
{
    private const int MaxPages = 1000;

    public async Task<RepositoryListing> ReadAsync(RepositoryName name, bool retry, CancellationToken cancellationToken)
    {
        var request = new HubRequest(HttpMethod.Get, connection.Address($"api/models/{name.Id}/revision/{name.EncodedRevision}?blobs=true"))
        {
            Accept = "application/json",
            Retry = retry,
            Timeout = retry ? connection.Patience() : null,
        };
        var (info, _) = await connection.SendJsonAsync(request, HubJsonContext.Default.ModelInfo, $"Listing '{name}'", cancellationToken).ConfigureAwait(false);
        if (!HexDigest.IsCommit(info.Sha) || (HexDigest.IsCommit(name.Revision) && info.Sha != name.Revision))
        {
            throw Malformed(name, $"its commit is '{RemotePath.Printable(info.Sha ?? "")}'");
        }

        if (info.Siblings is not { } siblings || siblings.Contains(null!))
        {
            throw Malformed(name, "'siblings' is missing or holds null");
        }

        return new RepositoryListing(info.Sha!, siblings.All(file => (file.Lfs?.Sha256 ?? file.BlobId) is not null && (file.Lfs?.Size ?? file.Size) is not null)
            ? Collect(name, siblings.Select(file => (file.Rfilename, file.Lfs?.Size ?? file.Size, file.Lfs?.Sha256 ?? file.BlobId, file.BlobId)))
            : await ReadTreeAsync(name, info.Sha!, cancellationToken).ConfigureAwait(false));
    }

    private async Task<IReadOnlyDictionary<string, RemoteFile>> ReadTreeAsync(RepositoryName name, string commit, CancellationToken cancellationToken)
    {
        var entries = new List<TreeEntry>();
        var page = connection.Address($"api/models/{name.Id}/tree/{commit}?recursive=true&expand=false");
        for (var pages = 0; page is not null; pages++)
        {
            if (pages == MaxPages)
            {
                throw Malformed(name, $"it has more than {MaxPages} pages");
            }

            var request = new HubRequest(HttpMethod.Get, page) { Accept = "application/json" };
            var (answer, response) = await connection.SendJsonAsync(request, HubJsonContext.Default.TreeEntryArray, $"Listing '{name}'", cancellationToken).ConfigureAwait(false);
            entries.AddRange(answer.Where(entry => entry?.Type == "file"));
            page = NextPage(name, page, response);
        }

        return Collect(name, entries.Select(entry => (entry.Path, entry.Lfs?.Size ?? entry.Size, entry.Lfs?.Oid ?? entry.Oid, entry.Oid)));
    }

    private Uri? NextPage(RepositoryName name, Uri page, HttpResponseMessage response)
    {
        if (FileMetadata.Header(response, "Link") is not { } link || NextLink().Match(link) is not { Success: true } match)
        {
            return null;
        }

        // A listing decides which files are fetched, so it comes from the hub or from nowhere.
        return Uri.TryCreate(page, match.Groups["url"].Value, out var next) && connection.IsHub(next)
            ? next
            : throw new HubException(HubErrorKind.Unsafe, $"The listing of '{name}' continues at '{RemotePath.Printable(match.Groups["url"].Value)}', outside of the hub; that is refused. Check HF_ENDPOINT.");
    }

    private static Dictionary<string, RemoteFile> Collect(RepositoryName name, IEnumerable<(string? Path, long? Size, string? ETag, string? BlobId)> files)
    {
        var collected = new Dictionary<string, RemoteFile>(StringComparer.Ordinal);
        foreach (var (path, size, etag, blobId) in files)
        {
            if (path is null || size is not >= 0 || !HexDigest.IsETag(etag))
            {
                throw Malformed(name, $"the file '{RemotePath.Printable(path ?? "")}' has size '{size}' and hash '{RemotePath.Printable(etag ?? "")}'");
            }

            // One such name shows what the repository is after, so nothing of it is taken, needed or not.
            if (RemotePath.FindTrick(path) is { } trick)
            {
                throw RemotePath.Unsafe(name.Id, path, trick);
            }

            collected[path] = new RemoteFile(path, size.Value, etag!) { BlobId = blobId };
        }

        return collected;
    }

    private static HubException Malformed(RepositoryName name, string what)
        => new(HubErrorKind.Protocol, $"The listing of '{name}' is not that of a hub: {what}. Check HF_ENDPOINT.");

    [GeneratedRegex("""<(?<url>[^>]*)>\s*;[^,]*\brel="?next"?""")]
    private static partial Regex NextLink();
}
