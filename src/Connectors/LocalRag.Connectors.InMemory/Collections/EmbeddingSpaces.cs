using Microsoft.Extensions.AI;

namespace LocalRag.Connectors.InMemory;

/// <summary>Finds out which space a generator's vectors live in.</summary>
internal static class EmbeddingSpaces
{
    /// <summary>The generator's own answer, else provider/model/dimensions from its metadata, else null.</summary>
    public static string? Of(IEmbeddingGenerator? generator, int dimensions)
    {
        if (generator is null)
            return null;
        if (generator.GetService(typeof(VectorSpace)) is VectorSpace space)
            return space.Id;
        return generator.GetService(typeof(EmbeddingGeneratorMetadata)) is EmbeddingGeneratorMetadata { DefaultModelId: { } model } metadata
            ? $"{metadata.ProviderName ?? "unknown"}/{model}/{dimensions}"
            : null;
    }

    /// <summary>The space that an embedding names in its additional properties, as a search does that embeds its query itself; null where it names none.</summary>
    public static string? Of(object value) =>
        value is Embedding { AdditionalProperties: { } properties } && properties.TryGetValue(nameof(VectorSpace), out var space) ? (space as VectorSpace)?.Id : null;
}
