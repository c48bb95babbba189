using LocalRag;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.Hub;
using Microsoft.Extensions.AI;
#pragma warning disable CS0618 // Semantic Kernel marks its own embedding interface obsolete; code that still asks for it is served.
using Microsoft.SemanticKernel.Embeddings;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers sentence-transformers models.</summary>
/// <remarks>
/// An <c>Add…</c> call opens no file: the model is loaded when a service is first resolved, once for all services of the call, and disposed by the container.
/// A hub name is then downloaded unless the cache holds it, with the client of <c>AddHuggingFaceHub</c> where that is registered.
/// </remarks>
public static class SentenceTransformersServiceCollectionExtensions
{
    /// <summary>The key of the generator for questions.</summary>
    private const string QueryKey = "query";

    /// <summary>
    /// Registers a model as <c>IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt;</c>, <c>IEmbeddingGenerator</c> and <c>ITextEmbeddingGenerationService</c>
    /// for passages, as the same three for questions, and as <see cref="BiEncoder"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="nameOrDirectory">A directory, or the model's name on the Hugging Face hub.</param>
    /// <param name="configure">Sets options; called when the model is loaded.</param>
    /// <param name="serviceKey">
    /// Null registers the services for passages without a key and those for questions under the key <c>"query"</c>. A key registers those for passages under it and
    /// those for questions under <c>"{key}:query"</c>.
    /// </param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="nameOrDirectory"/> is empty.</exception>
    public static IServiceCollection AddSentenceTransformerEmbeddingGenerator(
        this IServiceCollection services, string nameOrDirectory, Action<BiEncoderOptions>? configure = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrDirectory);
        return AddBiEncoder(services, _ => nameOrDirectory, (_, options) => configure?.Invoke(options), serviceKey);
    }

    /// <summary>As the public call, with a model that is chosen when it is loaded: by configuration, for instance.</summary>
    internal static IServiceCollection AddBiEncoder(
        IServiceCollection services, Func<IServiceProvider, string> nameOrDirectory, Action<IServiceProvider, BiEncoderOptions> configure, object? serviceKey)
    {
        // A key of its own keeps two registrations apart whatever else is registered under the caller's key.
        var model = new object();
        services.AddKeyedSingleton(model, (provider, _) =>
        {
            var options = new BiEncoderOptions();
            configure(provider, options);
            string chosen = nameOrDirectory(provider);
            return LoadNow(() => BiEncoder.LoadAsync(chosen, options, provider.GetService<HuggingFaceHub>(), CancellationToken.None));
        });
        services.AddKeyedSingleton(serviceKey, (provider, _) => provider.GetRequiredKeyedService<BiEncoder>(model));
        AddGenerator(services, model, serviceKey, EmbeddingRole.Document);
        AddGenerator(services, model, serviceKey is null ? QueryKey : $"{serviceKey}:{QueryKey}", EmbeddingRole.Query);
        return services;
    }

    /// <summary>Registers a model as <see cref="IReranker"/> and as <see cref="CrossEncoder"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="nameOrDirectory">A directory, or the model's name on the Hugging Face hub.</param>
    /// <param name="configure">Sets options; called when the model is loaded.</param>
    /// <param name="serviceKey">The key to register under; null for none.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="nameOrDirectory"/> is empty.</exception>
    public static IServiceCollection AddCrossEncoderReranker(
        this IServiceCollection services, string nameOrDirectory, Action<CrossEncoderOptions>? configure = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrDirectory);
        return AddCrossEncoder(services, _ => nameOrDirectory, (_, options) => configure?.Invoke(options), serviceKey);
    }

    /// <summary>As the public call, with a model that is chosen when it is loaded: by configuration, for instance.</summary>
    internal static IServiceCollection AddCrossEncoder(
        IServiceCollection services, Func<IServiceProvider, string> nameOrDirectory, Action<IServiceProvider, CrossEncoderOptions> configure, object? serviceKey)
    {
        var model = new object();
        services.AddKeyedSingleton(model, (provider, _) =>
        {
            var options = new CrossEncoderOptions();
            configure(provider, options);
            string chosen = nameOrDirectory(provider);
            return LoadNow(() => CrossEncoder.LoadAsync(chosen, options, provider.GetService<HuggingFaceHub>(), CancellationToken.None));
        });
        services.AddKeyedSingleton(serviceKey, (provider, _) => provider.GetRequiredKeyedService<CrossEncoder>(model));
        services.AddKeyedSingleton(serviceKey, (provider, _) => provider.GetRequiredKeyedService<CrossEncoder>(model).AsReranker());
        return services;
    }

    private static void AddGenerator(IServiceCollection services, object model, object? key, EmbeddingRole role)
    {
        var generator = (model, role);
        services.AddKeyedSingleton(generator, (provider, _) => provider.GetRequiredKeyedService<BiEncoder>(model).AsEmbeddingGenerator(role));
        services.AddKeyedSingleton(key, (provider, _) => provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(generator));
        services.AddKeyedSingleton<IEmbeddingGenerator>(key, (provider, _) => provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(generator));
        services.AddKeyedSingleton(key, (provider, _) => (ITextEmbeddingGenerationService)provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(generator));
    }

    // Containers create services synchronously. The load runs on the pool, free of the caller's synchronization context, so that waiting for it cannot deadlock.
    private static T LoadNow<T>(Func<Task<T>> load) => Task.Run(load).GetAwaiter().GetResult();
}
