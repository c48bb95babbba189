using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Ingestion;

/// <summary>What the index knows about one document: the ledger that makes ingestion incremental.</summary>
/// <remarks>A record without vectors for a collection beside the one of the passages. Not safe for concurrent writes.</remarks>
public sealed class SourceDocument
{
    /// <summary>The document's identifier, the same as <c>Passage.DocumentId</c>.</summary>
    [VectorStoreKey]
    public string Id { get; set; } = "";

    /// <summary>The title for display.</summary>
    [VectorStoreData]
    public string? Title { get; set; }

    /// <summary>Size of the file in bytes.</summary>
    [VectorStoreData]
    public long Bytes { get; set; }

    /// <summary>SHA-256 of the file's bytes in lower-case hexadecimal digits; empty while indexing is under way or after it failed.</summary>
    [VectorStoreData]
    public string Hash { get; set; } = "";

    /// <summary>What the passages were made with: vector space, chunking and reader version.</summary>
    [VectorStoreData]
    public string Stamp { get; set; } = "";

    /// <summary>How many passages the document has in the index, at the most while indexing is under way.</summary>
    [VectorStoreData]
    public int Passages { get; set; }

    /// <summary>What the reader had to put up with; null where there was nothing.</summary>
    [VectorStoreData]
    public string? Warning { get; set; }

    /// <summary>Why the file could not be indexed in its present state; null where it could.</summary>
    [VectorStoreData]
    public string? Error { get; set; }
}
