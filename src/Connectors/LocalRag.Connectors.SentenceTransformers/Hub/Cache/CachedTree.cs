using System.Text.Json.Serialization;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Cache;

/// <summary>File <c>trees/{commit}.json</c> of the cache: what the commit holds, so that it need not be asked again.</summary>
internal sealed record CachedTree(
    [property: JsonPropertyName("format_version")] int FormatVersion,
    [property: JsonPropertyName("files")] Dictionary<string, CachedTree.Entry>? Files)
{
    public const int KnownVersion = 1;

    internal sealed record Entry(
        [property: JsonPropertyName("size")] long Size,
        [property: JsonPropertyName("blob_id")] string? BlobId,
        [property: JsonPropertyName("lfs_sha256")] string? LfsSha256,
        [property: JsonPropertyName("lfs_size")] long? LfsSize);
}
