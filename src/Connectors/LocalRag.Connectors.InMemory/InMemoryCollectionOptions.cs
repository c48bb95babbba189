using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory;

/// <summary>Settings of one collection.</summary>
public sealed class InMemoryCollectionOptions : VectorStoreCollectionOptions
{
    /// <summary>Creates options with default values.</summary>
    public InMemoryCollectionOptions()
    {
    }

    internal InMemoryCollectionOptions(InMemoryCollectionOptions? source)
        : base(source)
    {
        if (source is null)
            return;
        QueryEmbeddingGenerator = source.QueryEmbeddingGenerator;
        Database = source.Database;
        VectorSpace = source.VectorSpace;
        KeywordAnalysis = source.KeywordAnalysis;
        MaxSearchThreads = source.MaxSearchThreads;
    }

    /// <summary>Makes vectors of search values, for models that put different prompts before queries and documents.</summary>
    /// <value>Default: null; then the embedding generator serves both.</value>
    public IEmbeddingGenerator? QueryEmbeddingGenerator { get; set; }

    /// <summary>The collections to work on; pass the object of a store to open one of its collections.</summary>
    /// <value>Default: null; then the collection is alone in a database of its own.</value>
    public InMemoryDatabase? Database { get; set; }

    /// <summary>The space of vectors that records and searches bring themselves.</summary>
    /// <value>
    /// Default: null; then such vectors are checked by dimension only, and a mix of two models of one dimension goes unnoticed.
    /// Vectors that a generator makes carry the generator's space, whatever is set here.
    /// </value>
    public VectorSpace? VectorSpace { get; set; }

    /// <summary>How text becomes terms, where this object creates the collection.</summary>
    /// <value>Default: <see cref="KeywordAnalysis.Standard"/>.</value>
    public KeywordAnalysis KeywordAnalysis { get; set; }

    /// <summary>How many threads one search may use; small collections use one in any case.</summary>
    /// <value>1 or more. Default: the number of processors.</value>
    public int MaxSearchThreads { get; set; } = Environment.ProcessorCount;
}
