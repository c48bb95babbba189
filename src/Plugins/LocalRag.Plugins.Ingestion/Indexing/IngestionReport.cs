namespace LocalRag.Plugins.Ingestion;

/// <summary>What a run did.</summary>
/// <remarks>Immutable.</remarks>
public sealed class IngestionReport
{
    /// <summary>Documents that are new in the index.</summary>
    public required IReadOnlyList<string> Added { get; init; }

    /// <summary>Documents that were indexed again because their content, the model or the chunking changed.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <summary>Documents that are gone from the source and now from the index.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>How many documents were as the index knew them.</summary>
    public required int Unchanged { get; init; }

    /// <summary>Documents that could not be indexed; what the index held of an earlier state of theirs is kept.</summary>
    public required IReadOnlyList<FileNotice> Failed { get; init; }

    /// <summary>Documents that were indexed although something was wrong with them.</summary>
    public required IReadOnlyList<FileNotice> Warnings { get; init; }

    /// <summary>Files that are no documents.</summary>
    public required IReadOnlyList<FileNotice> Skipped { get; init; }

    /// <summary>How many passages were embedded and written.</summary>
    public required int PassagesWritten { get; init; }

    /// <summary>How long the run took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>How much of it was spent in the collection's upsert, which embeds.</summary>
    public required TimeSpan Writing { get; init; }

    /// <summary>True if the index differs from what it was before.</summary>
    public bool HasChanges => Added.Count + Changed.Count + Removed.Count > 0;
}
