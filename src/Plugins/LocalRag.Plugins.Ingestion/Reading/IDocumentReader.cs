namespace LocalRag.Plugins.Ingestion;

/// <summary>Turns the bytes of one kind of file into text with blocks.</summary>
/// <remarks>Implementations are stateless and safe for concurrent calls. They never touch the file system or the network: what a document links to stays unread.</remarks>
public interface IDocumentReader
{
    /// <summary>The file name endings this reader takes, in lower case with the dot, such as <c>.md</c>.</summary>
    IReadOnlyCollection<string> Extensions { get; }

    /// <summary>Reads one document.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="name">The file's name or path, for its ending and for messages.</param>
    /// <param name="cancellationToken">Looked at between pages or blocks.</param>
    /// <exception cref="InvalidDataException">The bytes are not such a document; the message says what is wrong with them.</exception>
    DocumentText Read(ReadOnlyMemory<byte> content, string name, CancellationToken cancellationToken = default);
}
