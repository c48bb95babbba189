namespace LocalRag.Connectors.SentenceTransformers.Hub.Upload;

/// <summary>A file to push: on disk, or a text that was made for the push.</summary>
/// <param name="Path">The path inside the repository.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Hash of the content, 64 hexadecimal digits; names it in large-file storage.</param>
/// <param name="Open">Opens the content from its beginning; called again for every attempt.</param>
internal sealed record UploadFile(string Path, long Size, string Sha256, Func<Stream> Open)
{
    /// <summary>Reads all of it; only for files that travel inside the commit.</summary>
    public byte[] ReadAll()
    {
        using var stream = Open();
        var content = new byte[Size];
        stream.ReadExactly(content);
        return content;
    }
}
