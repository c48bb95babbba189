namespace LocalRag.Plugins.Ingestion.Reading;

/// <summary>Program text and configuration: runs of lines between blank ones, cut between lines and never inside one.</summary>
internal sealed class SourceCodeReader : IDocumentReader
{
    public IReadOnlyCollection<string> Extensions { get; } =
    [
        ".cs", ".fs", ".vb", ".razor", ".cshtml", ".py", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".java", ".kt", ".go", ".rs", ".c", ".h",
        ".cpp", ".hpp", ".cc", ".swift", ".rb", ".php", ".sh", ".ps1", ".sql", ".css", ".xml", ".json", ".yaml", ".yml", ".toml", ".csproj",
        ".props", ".targets",
    ];

    public DocumentText Read(ReadOnlyMemory<byte> content, string name, CancellationToken cancellationToken = default)
    {
        var (text, warning) = DecodedText.From(content.Span);
        var blocks = new List<TextBlock>();
        BlockScanner.Scan(text, 0, text.Length, BlockKind.Code, page: null, blocks);
        return new(text, title: null, blocks, warning);
    }
}
