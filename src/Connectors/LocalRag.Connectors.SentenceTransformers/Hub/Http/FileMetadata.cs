using LocalRag.Connectors.SentenceTransformers.Hub.Naming;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>What the headers of one file say: its commit, hash and size.</summary>
internal sealed record FileMetadata(string Commit, string ETag, long Size)
{
    public static string? Header(HttpResponseMessage response, string name)
        => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault()
        : response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.FirstOrDefault()
        : null;

    /// <summary>Reads the headers of an answer to HEAD: the file's own, or those of the redirect to its storage.</summary>
    /// <exception cref="HubException">A header is missing or malformed.</exception>
    public static FileMetadata Read(HttpResponseMessage response, Uri asked)
    {
        var commit = Header(response, "X-Repo-Commit");
        var etag = HexDigest.FromHeader(Header(response, "X-Linked-Etag") ?? Header(response, "ETag"));

        // The length of a redirect is that of its own body.
        var size = Header(response, "X-Linked-Size")
            ?? (HubConnection.IsRedirect(response.StatusCode) ? null : Header(response, "Content-Length"));
        if (!HexDigest.IsCommit(commit))
        {
            throw NotAHub(asked, "X-Repo-Commit", commit, "40 hexadecimal digits");
        }

        if (!HexDigest.IsETag(etag))
        {
            throw NotAHub(asked, "X-Linked-Etag or ETag", etag, "40 or 64 hexadecimal digits");
        }

        return long.TryParse(size, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var bytes)
            ? new FileMetadata(commit!, etag!, bytes)
            : throw NotAHub(asked, "X-Linked-Size or Content-Length", size, "a number of bytes");
    }

    private static HubException NotAHub(Uri asked, string header, string? found, string expected)
        => new(HubErrorKind.Protocol, $"{asked} did not answer as a hub does: header {header} is {(found is null ? "missing" : $"'{RemotePath.Printable(found)}'")}, expected {expected}. Check HF_ENDPOINT and whether a proxy removes headers.");
}
