using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>What a collection object works with: an immutable copy of its options.</summary>
internal sealed record CollectionSettings(
    string Name,
    InMemoryDatabase Database,
    CollectionModel Model,
    IEmbeddingGenerator? DefaultGenerator,
    IEmbeddingGenerator? QueryGenerator,
    VectorSpace? VectorSpace,
    KeywordAnalysis KeywordAnalysis,
    int MaxSearchThreads,
    string? StoreName)
{
    public static CollectionSettings Create(string name, CollectionModel model, InMemoryCollectionOptions? options, string? storeName)
    {
        var generator = options?.Definition?.EmbeddingGenerator ?? options?.EmbeddingGenerator;
        var threads = options?.MaxSearchThreads ?? Environment.ProcessorCount;
        ValidateThreads(threads);
        return new CollectionSettings(
            name,
            options?.Database ?? new InMemoryDatabase(),
            model,
            generator,
            options?.QueryEmbeddingGenerator,
            options?.VectorSpace,
            options?.KeywordAnalysis ?? default,
            threads,
            storeName);
    }

    public static void ValidateThreads(int threads) =>
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(InMemoryCollectionOptions.MaxSearchThreads));

    /// <summary>What this record type needs a collection to hold.</summary>
    public CollectionSchema CreateSchema() => new(
        new PropertySchema(Model.KeyProperty.StorageName, Model.KeyProperty.Type, false, false),
        [.. Model.DataProperties.Select(p => new PropertySchema(p.StorageName, p.Type, p.IsIndexed, p.IsFullTextIndexed))],
        [.. Model.VectorProperties.Select(p => new VectorSchema(p.StorageName, ElementOf(p), p.Dimensions, p.DistanceFunction))]);

    public VectorStoreCollectionMetadata CreateMetadata() => new()
    {
        VectorStoreSystemName = Errors.SystemName,
        VectorStoreName = StoreName,
        CollectionName = Name,
    };

    private static Type ElementOf(VectorPropertyModel property) => VectorValues.ElementOf(property.EmbeddingType)!;
}
