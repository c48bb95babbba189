namespace LocalRag.Connectors.SentenceTransformers.Hub.Listing;

/// <summary>Answer of <c>GET /api/models/{id}/revision/{rev}?blobs=true</c>, as far as it is used.</summary>
internal sealed record ModelInfo(string? Sha, ModelInfo.Sibling[]? Siblings)
{
    internal sealed record Sibling(string? Rfilename, long? Size, string? BlobId, LargeFile? Lfs);

    internal sealed record LargeFile(string? Sha256, long? Size);
}
