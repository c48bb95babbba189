namespace LocalRag.Connectors.SentenceTransformers.Hub.Listing;

/// <summary>Entry of <c>GET /api/models/{id}/tree/{rev}</c>; the hash of a large file is called <c>oid</c> here and <c>sha256</c> elsewhere.</summary>
internal sealed record TreeEntry(string? Type, string? Path, string? Oid, long? Size, TreeEntry.Pointer? Lfs)
{
    internal sealed record Pointer(string? Oid, long? Size);
}
