using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Turns whatever a search is given into a query vector.</summary>
internal static class QueryVectors
{
    /// <summary>Finds out whether a value can be searched for, before any generator is called.</summary>
    /// <exception cref="NotSupportedException">The value is no vector, and no generator is configured.</exception>
    /// <exception cref="InvalidOperationException">The generator cannot take a value of this type.</exception>
    public static void Check<TInput>(CollectionSettings settings, VectorPropertyModel property, TInput value)
        where TInput : notnull
    {
        if (VectorValues.ToFloats(value) is not null || property.EmbeddingGenerationDispatcher is not null || QueryGenerator(settings, property) is not null)
            return;
        throw property.EmbeddingGenerator is null
            ? new NotSupportedException(VectorDataStrings.InvalidSearchInputAndNoEmbeddingGeneratorWasConfigured(value.GetType(), VectorValues.Supported))
            : Incompatible(value, property.EmbeddingGenerator);
    }

    /// <summary>The vector, and its space where known.</summary>
    public static async Task<(ReadOnlyMemory<float> Vector, string? Space)> CreateAsync<TInput>(
        CollectionSettings settings, VectorPropertyModel property, TInput value, CancellationToken cancellationToken)
        where TInput : notnull
    {
        if (VectorValues.ToFloats(value) is { } vector)
            return (vector, EmbeddingSpaces.Of(value) ?? settings.VectorSpace?.Id);

        var generator = QueryGenerator(settings, property);
        if (generator is not null && await TryGenerateAsync(generator, value, cancellationToken).ConfigureAwait(false) is { } query)
            return (query, EmbeddingSpaces.Of(generator, property.Dimensions));
        if (property.EmbeddingGenerationDispatcher is null)
            throw Incompatible(value, generator!);
        var embedding = await property.GenerateEmbeddingAsync(value, cancellationToken).ConfigureAwait(false);
        return (VectorValues.ToFloats(embedding)!.Value, EmbeddingSpaces.Of(property.EmbeddingGenerator, property.Dimensions));
    }

    /// <summary>The generator for queries, unless the property brings a generator of its own, which then serves both.</summary>
    private static IEmbeddingGenerator? QueryGenerator(CollectionSettings settings, VectorPropertyModel property) =>
        property.EmbeddingGenerator is null || ReferenceEquals(property.EmbeddingGenerator, settings.DefaultGenerator) ? settings.QueryGenerator : null;

    private static InvalidOperationException Incompatible(object value, IEmbeddingGenerator generator) =>
        new(VectorDataStrings.IncompatibleEmbeddingGeneratorWasConfiguredForInputType(value.GetType(), generator.GetType()));

    private static async Task<ReadOnlyMemory<float>?> TryGenerateAsync<TInput>(IEmbeddingGenerator generator, TInput value, CancellationToken cancellationToken)
        where TInput : notnull
    {
        object input = value;
        Embedding? embedding = (generator, input) switch
        {
            (IEmbeddingGenerator<string, Embedding<float>> g, string text) => await g.GenerateAsync(text, cancellationToken: cancellationToken).ConfigureAwait(false),
            (IEmbeddingGenerator<DataContent, Embedding<float>> g, DataContent content) => await g.GenerateAsync(content, cancellationToken: cancellationToken).ConfigureAwait(false),
            (IEmbeddingGenerator<TInput, Embedding<float>> g, _) => await g.GenerateAsync(value, cancellationToken: cancellationToken).ConfigureAwait(false),
            (IEmbeddingGenerator<string, Embedding<Half>> g, string text) => await g.GenerateAsync(text, cancellationToken: cancellationToken).ConfigureAwait(false),
            (IEmbeddingGenerator<string, Embedding<sbyte>> g, string text) => await g.GenerateAsync(text, cancellationToken: cancellationToken).ConfigureAwait(false),
            (IEmbeddingGenerator<string, Embedding<byte>> g, string text) => await g.GenerateAsync(text, cancellationToken: cancellationToken).ConfigureAwait(false),
            (IEmbeddingGenerator<string, BinaryEmbedding> g, string text) => await g.GenerateAsync(text, cancellationToken: cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        return VectorValues.ToFloats(embedding);
    }
}
