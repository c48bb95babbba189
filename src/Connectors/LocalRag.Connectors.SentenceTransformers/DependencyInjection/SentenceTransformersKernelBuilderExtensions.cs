using LocalRag.Connectors.SentenceTransformers;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.SemanticKernel;

/// <summary>Registers sentence-transformers models with a kernel; see <see cref="SentenceTransformersServiceCollectionExtensions"/>.</summary>
public static class SentenceTransformersKernelBuilderExtensions
{
    /// <summary>Registers a model as an embedding generator for passages and one for questions.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="nameOrDirectory">A directory, or the model's name on the Hugging Face hub.</param>
    /// <param name="configure">Sets options; called when the model is loaded.</param>
    /// <param name="serviceKey">As for <see cref="SentenceTransformersServiceCollectionExtensions.AddSentenceTransformerEmbeddingGenerator"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="nameOrDirectory"/> is empty.</exception>
    public static IKernelBuilder AddSentenceTransformerEmbeddingGenerator(
        this IKernelBuilder builder, string nameOrDirectory, Action<BiEncoderOptions>? configure = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSentenceTransformerEmbeddingGenerator(nameOrDirectory, configure, serviceKey);
        return builder;
    }

    /// <summary>Registers a model as a reranker.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="nameOrDirectory">A directory, or the model's name on the Hugging Face hub.</param>
    /// <param name="configure">Sets options; called when the model is loaded.</param>
    /// <param name="serviceKey">As for <see cref="SentenceTransformersServiceCollectionExtensions.AddCrossEncoderReranker"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="nameOrDirectory"/> is empty.</exception>
    public static IKernelBuilder AddCrossEncoderReranker(
        this IKernelBuilder builder, string nameOrDirectory, Action<CrossEncoderOptions>? configure = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddCrossEncoderReranker(nameOrDirectory, configure, serviceKey);
        return builder;
    }
}
