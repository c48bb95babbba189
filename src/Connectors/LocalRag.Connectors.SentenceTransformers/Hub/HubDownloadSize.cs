namespace LocalRag.Connectors.SentenceTransformers.Hub;

/// <summary>What a download would bring, asked before it starts.</summary>
/// <param name="Commit">The commit that the revision stands for, 40 hexadecimal digits.</param>
/// <param name="Files">The files that the model needs, in ordinal order of their paths.</param>
public sealed record HubDownloadSize(string Commit, IReadOnlyList<HubFile> Files)
{
    /// <summary>Size of all needed files, in bytes.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>Bytes that are not in the cache yet.</summary>
    public long BytesToDownload => Files.Sum(file => file.BytesToDownload);
}
