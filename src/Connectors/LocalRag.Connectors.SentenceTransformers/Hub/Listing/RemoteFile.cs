namespace LocalRag.Connectors.SentenceTransformers.Hub.Listing;

/// <summary>A file of a repository. Its ETag names and checks the content: SHA-256 of large files, the git hash of the others.</summary>
internal sealed record RemoteFile(string Path, long Size, string ETag)
{
    /// <summary>Git's own id of the entry; for a large file that of its pointer. Kept for the Python library, which reads the same cache.</summary>
    public string? BlobId { get; init; }
}
