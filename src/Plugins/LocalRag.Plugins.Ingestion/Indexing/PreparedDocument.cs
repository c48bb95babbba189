using LocalRag.Plugins.Retrieval;

namespace LocalRag.Plugins.Ingestion.Indexing;

/// <summary>A document on its way into the index: read and cut, or the reason why not.</summary>
internal sealed record PreparedDocument(SourceFile File, SourceDocument? Known, PreparedState State)
{
    public long Bytes { get; init; }

    public string Hash { get; init; } = "";

    public string? Title { get; init; }

    public string? Notice { get; init; }

    public string Text { get; init; } = "";

    public IReadOnlyList<TextChunk> Chunks { get; init; } = [];

    /// <summary>Makes one passage; made all at once, they would hold the text a second time.</summary>
    public Passage Passage(int ordinal)
    {
        var chunk = Chunks[ordinal];
        return new()
        {
            Id = PassageId(File.Id, ordinal),
            DocumentId = File.Id,
            Title = Title,
            HeadingPath = chunk.HeadingPath.Length > 0 ? chunk.HeadingPath : null,
            Page = chunk.Page,
            Ordinal = ordinal,
            Start = chunk.Start,
            End = chunk.End,
            Text = Text[chunk.Start..chunk.End],
        };
    }

    /// <summary>The key of a passage; deleting counts on it.</summary>
    public static string PassageId(string documentId, int ordinal) => $"{documentId}#{ordinal}";
}
