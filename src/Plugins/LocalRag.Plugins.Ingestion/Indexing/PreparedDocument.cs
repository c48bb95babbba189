using LocalRag.Plugins.Retrieval;

namespace LocalRag.Plugins.Ingestion.Indexing;

/// <summary>A document on its way into the index: read and cut, or the reason why not.</summary>
internal sealed record PreparedDocument(SourceFile File, SourceDocument? Known, PreparedState State)
{
    public long Bytes { get; init; }

    public string Hash { get; init; } = "";

    public string? Title { get; init; }

    public string? Notice { get; init; }

    public IReadOnlyList<Passage> Passages { get; init; } = [];
}
