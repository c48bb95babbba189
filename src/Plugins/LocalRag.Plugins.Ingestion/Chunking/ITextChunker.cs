namespace LocalRag.Plugins.Ingestion;

/// <summary>Cuts a document into the passages that are embedded and found.</summary>
/// <remarks>Implementations are immutable and safe for concurrent calls.</remarks>
public interface ITextChunker
{
    /// <summary>Names the method and its settings; a changed name makes an incremental run index every document anew.</summary>
    string Id { get; }

    /// <summary>Cuts <paramref name="document"/> into chunks by rising start offset.</summary>
    /// <param name="document">The text with its blocks.</param>
    /// <exception cref="ArgumentNullException"><paramref name="document"/> is null.</exception>
    IReadOnlyList<TextChunk> Chunk(DocumentText document);
}
