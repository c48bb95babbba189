using LocalRag;
using LocalRag.Models.Mini;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.VectorData;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers everything for local retrieval-augmented generation.</summary>
public static class LocalRagServiceCollectionExtensions
{
    /// <summary>Registers embedding generator, vector store, reranker, reranking filter, and a collection of passages with its retriever.</summary>
    /// <remarks>
    /// Opens nothing: a model is loaded when it is first needed, and disposed by the container. Settings are checked, all at
    /// once, when the host starts or a service is first resolved. An embedding generator, vector store or reranker
    /// that is registered already is kept; one that is registered afterwards replaces ours. Calling it again only adds settings.
    /// </remarks>
    /// <param name="services">The container.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddLocalRag(this IServiceCollection services) => services.AddLocalRag(static _ => { });

    /// <summary>Registers as <see cref="AddLocalRag(IServiceCollection)"/>, with other settings than the embedded models and the in-memory store.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddLocalRag(this IServiceCollection services, Action<LocalRagOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<LocalRagOptions>().Configure(configure).ValidateOnStart();
        if (services.Any(s => s.ServiceType == typeof(ModelProbe)))
        {
            return services;
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LocalRagOptions>, ValidateLocalRagOptions>());
        AddModels(services);
        AddPassages(services);
        services.AddRerankingFilter();
        services.AddRetriever<Passage>();
        services.AddOptions<RerankingFilterOptions>().Configure<IOptions<LocalRagOptions>>(static (filter, rag) => rag.Value.CopyTo(filter));
        services.AddOptions<RetrieverOptions<Passage>>().Configure<IOptions<LocalRagOptions>>(static (retriever, rag) => rag.Value.CopyTo(retriever));
        services.AddSingleton<ModelProbe>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WarmUpService>());
        return services;
    }

    /// <summary>Registers as <see cref="AddLocalRag(IServiceCollection)"/>, with settings from configuration.</summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">The section that holds the properties of <see cref="LocalRagOptions"/>.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddLocalRag(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<LocalRagOptions>().Bind(configuration);
        return services.AddLocalRag();
    }

    private static void AddModels(IServiceCollection services)
    {
        if (!IsRegistered<IEmbeddingGenerator<string, Embedding<float>>>(services))
        {
            SentenceTransformersServiceCollectionExtensions.AddBiEncoder(
                services,
                static provider => ModelSource.Resolve(Settings(provider).EmbeddingModel, MiniModels.BiEncoderDirectory),
                static (provider, options) =>
                {
                    options.Device = Settings(provider).Device;
                    Settings(provider).ConfigureEmbedding?.Invoke(options);
                },
                serviceKey: null);
        }

        if (!IsRegistered<IReranker>(services))
        {
            SentenceTransformersServiceCollectionExtensions.AddCrossEncoder(
                services,
                static provider => ModelSource.Resolve(Settings(provider).RerankerModel, MiniModels.CrossEncoderDirectory),
                static (provider, options) =>
                {
                    options.Device = Settings(provider).Device;
                    Settings(provider).ConfigureReranker?.Invoke(options);
                },
                serviceKey: null);
        }
    }

    private static void AddPassages(IServiceCollection services)
    {
        if (!IsRegistered<VectorStore>(services))
        {
            services.AddInMemoryVectorStore();
        }

        services.TryAddSingleton(static provider =>
        {
            var metadata = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>().GetService<EmbeddingGeneratorMetadata>();
            int dimensions = metadata?.DefaultModelDimensions ?? throw new InvalidOperationException(
                $"The registered embedding generator does not tell its dimensions, so the collection of passages cannot be described. Register the collection yourself: " +
                $"services.AddSingleton(p => p.GetRequiredService<VectorStore>().GetCollection<string, Passage>(name, Passage.CreateDefinition(dimensions))).");
            return provider.GetRequiredService<VectorStore>().GetCollection<string, Passage>(Settings(provider).Collection, Passage.CreateDefinition(dimensions));
        });
        services.TryAddSingleton<IVectorSearchable<Passage>>(static provider => provider.GetRequiredService<VectorStoreCollection<string, Passage>>());
    }

    private static LocalRagOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<LocalRagOptions>>().Value;

    private static bool IsRegistered<T>(IServiceCollection services) => services.Any(s => s.ServiceType == typeof(T) && !s.IsKeyedService);
}
