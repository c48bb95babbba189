namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>Text files: paragraphs are separated by blank lines.</summary>
internal sealed class PlainTextReader : IDocumentReader
{
    public IReadOnlyCollection<string> Extensions { get; } = [".txt", ".text", ".rst", ".adoc", ".log"];

    public DocumentText Read(ReadOnlyMemory<byte> content, string name, CancellationToken cancellationToken = default)
    {
        var (text, warning) = DecodedText.From(content.Span);
        var blocks = new List<TextBlock>();
        BlockScanner.Scan(text, 0, text.Length, BlockKind.Prose, page: null, blocks);
        return new(text, title: null, blocks, warning);
    }
}
