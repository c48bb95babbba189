using Microsoft.Extensions.AI;

namespace LocalRag.Connectors.InMemory;

/// <summary>Settings of an <see cref="InMemoryVectorStore"/>, and defaults of the collections it hands out.</summary>
public sealed class InMemoryVectorStoreOptions
{
    /// <summary>Makes vectors of record properties and, unless <see cref="QueryEmbeddingGenerator"/> is set, of search values.</summary>
    /// <value>Default: null; then vectors are passed in.</value>
    public IEmbeddingGenerator? EmbeddingGenerator { get; set; }

    /// <summary>Makes vectors of search values, for models that put different prompts before queries and documents.</summary>
    /// <value>Default: null; then <see cref="EmbeddingGenerator"/> serves both. Not used by definitions that bring a generator of their own.</value>
    public IEmbeddingGenerator? QueryEmbeddingGenerator { get; set; }

    /// <summary>The collections to work on; pass one object to several stores to let them share data.</summary>
    /// <value>Default: null; then the store has a database of its own.</value>
    public InMemoryDatabase? Database { get; set; }

    /// <summary>The name that metadata and telemetry show.</summary>
    /// <value>Default: null.</value>
    public string? Name { get; set; }

    /// <summary>How text becomes terms in collections that the store creates.</summary>
    /// <value>Default: <see cref="KeywordAnalysis.Standard"/>.</value>
    public KeywordAnalysis KeywordAnalysis { get; set; }

    /// <summary>How many threads one search may use; small collections use one in any case.</summary>
    /// <value>1 or more. Default: the number of processors.</value>
    public int MaxSearchThreads { get; set; } = Environment.ProcessorCount;

    /// <summary>A file that records every change, so that what was acknowledged survives the death of the process; read when the store is created.</summary>
    /// <remarks>
    /// One store at a time. The journal is complete in itself, whatever is saved or loaded beside it, and is written anew
    /// when more than half of it is out of date; that takes the room of the live records for a moment, and writers wait.
    /// </remarks>
    /// <value>Default: null; then nothing is recorded.</value>
    public string? JournalPath { get; set; }

    /// <summary>Changes are forced to the disk before their call returns, so that they survive a power failure too; calls that wait at the same time share one flush.</summary>
    /// <remarks>Other readers may see a change while its call still waits for the disk.</remarks>
    /// <value>Default: true. False leaves the time of writing to the operating system: faster for single records, and still safe when only the process dies.</value>
    public bool JournalFlushesToDisk { get; set; } = true;

    internal InMemoryVectorStoreOptions Clone() => (InMemoryVectorStoreOptions)MemberwiseClone();

    internal void Validate() => CollectionSettings.ValidateThreads(MaxSearchThreads);
}
