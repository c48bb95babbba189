using LocalRag;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.VectorData;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers retrievers.</summary>
public static class RetrieverServiceCollectionExtensions
{
    /// <summary>The key of the embedding generator for queries, where a model embeds queries and documents differently.</summary>
    private const string QueryKey = "query";

    /// <summary>Registers a singleton <see cref="Retriever{TRecord}"/> over the collection of the container.</summary>
    /// <remarks>
    /// Needs an <see cref="IVectorSearchable{TRecord}"/> under the same key. Takes an <see cref="IReranker"/> where one is
    /// registered, opened on the first search, and the embedding generator under the key <c>query</c> where there is one.
    /// </remarks>
    /// <typeparam name="TRecord">The record type.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the settings; null keeps the defaults.</param>
    /// <param name="serviceKey">The key of retriever and collection; null for none.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddRetriever<TRecord>(
        this IServiceCollection services, Action<RetrieverOptions<TRecord>>? configure = null, object? serviceKey = null)
        where TRecord : class
    {
        ArgumentNullException.ThrowIfNull(services);
        string name = serviceKey?.ToString() ?? Options.Options.DefaultName;
        services.AddOptions<RetrieverOptions<TRecord>>(name);
        if (configure is not null)
        {
            services.Configure(name, configure);
        }

        services.TryAdd(new ServiceDescriptor(typeof(Retriever<TRecord>), serviceKey, (provider, key) => Create<TRecord>(provider, key, name), ServiceLifetime.Singleton));
        return services;
    }

    private static Retriever<TRecord> Create<TRecord>(IServiceProvider provider, object? key, string name)
        where TRecord : class
    {
        var options = provider.GetRequiredService<IOptionsMonitor<RetrieverOptions<TRecord>>>().Get(name);
        var collection = key is null ? provider.GetRequiredService<IVectorSearchable<TRecord>>() : provider.GetRequiredKeyedService<IVectorSearchable<TRecord>>(key);
        return new Retriever<TRecord>(
            collection,
            Reranker(provider, options.RerankerKey),
            provider.GetKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(QueryKey),
            options,
            provider.GetService<ILoggerFactory>());
    }

    private static Func<IReranker>? Reranker(IServiceProvider provider, object? key)
    {
        if (key is not null)
        {
            return () => provider.GetRequiredKeyedService<IReranker>(key);
        }

        // Asking whether it is there must not open the model.
        return provider.GetService<IServiceProviderIsService>() is { } registered && !registered.IsService(typeof(IReranker))
            ? null
            : () => provider.GetRequiredService<IReranker>();
    }
}
