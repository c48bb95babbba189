using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Reads definitions and attributes; refuses what the store cannot hold.</summary>
internal sealed class InMemoryModelBuilder() : CollectionModelBuilder(new CollectionModelBuildingOptions
{
    SupportsMultipleVectors = true,
    RequiresAtLeastOneVector = false,
})
{
    protected override IReadOnlyList<EmbeddingGenerationDispatcher> EmbeddingGenerationDispatchers { get; } =
    [
        EmbeddingGenerationDispatcher.Create<Embedding<float>>(),
        EmbeddingGenerationDispatcher.Create<Embedding<Half>>(),
        EmbeddingGenerationDispatcher.Create<Embedding<sbyte>>(),
        EmbeddingGenerationDispatcher.Create<Embedding<byte>>(),
        EmbeddingGenerationDispatcher.Create<BinaryEmbedding>(),
    ];

    protected override bool IsDataPropertyTypeValid(Type type, [NotNullWhen(false)] out string? supportedTypes)
    {
        supportedTypes = PropertyTypes.IsSupported(type) ? null : PropertyTypes.Supported;
        return supportedTypes is null;
    }

    protected override bool IsVectorPropertyTypeValid(Type type, [NotNullWhen(false)] out string? supportedTypes)
    {
        supportedTypes = VectorValues.ElementOf(type) is not null ? null : VectorValues.Supported;
        return supportedTypes is null;
    }

    protected override void ValidateKeyProperty(KeyPropertyModel keyProperty)
    {
        base.ValidateKeyProperty(keyProperty);
        if (!KeyIndex.IsSupported(keyProperty.Type))
        {
            throw new NotSupportedException(
                $"Property '{keyProperty.ModelName}' has unsupported type '{keyProperty.Type.Name}'. Key properties must be one of the supported types: {KeyIndex.Supported}.");
        }
    }

    protected override void ValidateProperty(PropertyModel propertyModel, Microsoft.Extensions.VectorData.VectorStoreCollectionDefinition? definition)
    {
        base.ValidateProperty(propertyModel, definition);
        if (propertyModel is DataPropertyModel { IsFullTextIndexed: true } text && text.Type != typeof(string))
        {
            throw new NotSupportedException(
                $"Property '{text.ModelName}' is full-text indexed but has type '{text.Type.Name}'. Only string properties can be searched by keywords.");
        }

        if (propertyModel is VectorPropertyModel vector)
            Metric.Get(vector.DistanceFunction);
    }
}
