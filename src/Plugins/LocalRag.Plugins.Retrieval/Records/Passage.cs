using Microsoft.Extensions.VectorData;
using Microsoft.SemanticKernel.Data;

namespace LocalRag.Plugins.Retrieval;

/// <summary>A piece of a document with the place it came from: the record that ingestion writes and retrieval reads.</summary>
/// <remarks>
/// Works with every VectorData store: the vector property is a string, so the store's embedding generator embeds it on
/// upsert and on search. <c>store.GetCollection&lt;string, Passage&gt;(name)</c> without a definition assumes the 256
/// dimensions of the embedded model; for another model pass <see cref="CreateDefinition"/>. Not safe for concurrent writes.
/// </remarks>
public sealed class Passage
{
    /// <summary>The key: unique in the collection, and the same on each ingestion of the same piece.</summary>
    [VectorStoreKey]
    public string Id { get; set; } = "";

    /// <summary>The document that the piece belongs to, for instance its path below the indexed folder; can be filtered on.</summary>
    [VectorStoreData(IsIndexed = true)]
    [TextSearchResultLink]
    public string DocumentId { get; set; } = "";

    /// <summary>Title of the document, for display.</summary>
    [VectorStoreData]
    [TextSearchResultName]
    public string? Title { get; set; }

    /// <summary>Headings above the piece, outermost first, joined by <c> &gt; </c>; null where the document has none.</summary>
    [VectorStoreData]
    public string? HeadingPath { get; set; }

    /// <summary>Page of the document, from 1; null where it has no pages.</summary>
    [VectorStoreData]
    public int? Page { get; set; }

    /// <summary>Position among the pieces of its document, from 0: the neighbours of a piece are those one below and one above.</summary>
    [VectorStoreData(IsIndexed = true)]
    public int Ordinal { get; set; }

    /// <summary>Where the piece starts in the extracted text of the document, in UTF-16 units, inclusive.</summary>
    [VectorStoreData]
    public int Start { get; set; }

    /// <summary>Where the piece ends in the extracted text of the document, in UTF-16 units, exclusive.</summary>
    [VectorStoreData]
    public int End { get; set; }

    /// <summary>The text itself; keyword search looks here.</summary>
    [VectorStoreData(IsFullTextIndexed = true)]
    [TextSearchResultValue]
    public string Text { get; set; } = "";

    /// <summary>
    /// What is embedded and reranked: the text under its headings (or its title), because a piece alone often does not
    /// name what it is about.
    /// </summary>
    [VectorStoreVector(256, DistanceFunction = DistanceFunction.CosineSimilarity)]
    public string Embedding => (HeadingPath ?? Title) is { Length: > 0 } context ? $"{context}\n{Text}" : Text;

    /// <summary>Describes the record for a store whose model has other dimensions than the embedded one.</summary>
    /// <param name="dimensions">Dimensions of the embedding model's vectors, 1 or more.</param>
    /// <returns>A definition with the same properties and indexes as the attributes say, and cosine similarity.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is below 1.</exception>
    public static VectorStoreCollectionDefinition CreateDefinition(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        return new VectorStoreCollectionDefinition
        {
            Properties =
            [
                new VectorStoreKeyProperty(nameof(Id), typeof(string)),
                new VectorStoreDataProperty(nameof(DocumentId), typeof(string)) { IsIndexed = true },
                new VectorStoreDataProperty(nameof(Title), typeof(string)),
                new VectorStoreDataProperty(nameof(HeadingPath), typeof(string)),
                new VectorStoreDataProperty(nameof(Page), typeof(int?)),
                new VectorStoreDataProperty(nameof(Ordinal), typeof(int)) { IsIndexed = true },
                new VectorStoreDataProperty(nameof(Start), typeof(int)),
                new VectorStoreDataProperty(nameof(End), typeof(int)),
                new VectorStoreDataProperty(nameof(Text), typeof(string)) { IsFullTextIndexed = true },
                new VectorStoreVectorProperty(nameof(Embedding), typeof(string), dimensions) { DistanceFunction = DistanceFunction.CosineSimilarity },
            ],
        };
    }
}
