using LocalRag.Connectors.InMemory;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What the registrations of stores and collections have in common.</summary>
internal static class Registration
{
    /// <summary>The key under which the generator of query vectors is registered.</summary>
    private const string QueryKey = "query";

    /// <summary>One database per service key, so that a store and separately added collections see the same data whatever their lifetime.</summary>
    public static void AddDatabase(IServiceCollection services, object? serviceKey) =>
        services.TryAdd(new ServiceDescriptor(typeof(InMemoryDatabase), serviceKey, static (_, _) => new InMemoryDatabase(), ServiceLifetime.Singleton));

    public static InMemoryDatabase Database(IServiceProvider services, object? serviceKey) =>
        serviceKey is null ? services.GetRequiredService<InMemoryDatabase>() : services.GetRequiredKeyedService<InMemoryDatabase>(serviceKey);

    /// <summary>The generator registered under the same key, else the unkeyed one.</summary>
    public static IEmbeddingGenerator? Generator(IServiceProvider services, object? serviceKey) =>
        (serviceKey is null ? null : services.GetKeyedService<IEmbeddingGenerator>(serviceKey))
        ?? services.GetService<IEmbeddingGenerator>()
        ?? services.GetService<IEmbeddingGenerator<string, Embedding<float>>>();

    public static IEmbeddingGenerator? QueryGenerator(IServiceProvider services) =>
        services.GetKeyedService<IEmbeddingGenerator>(QueryKey) ?? services.GetKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(QueryKey);

    public static void Add<TService>(IServiceCollection services, object? serviceKey, ServiceLifetime lifetime, Func<IServiceProvider, object?, TService> factory)
        where TService : class =>
        services.Add(new ServiceDescriptor(typeof(TService), serviceKey, (provider, key) => factory(provider, key), lifetime));

    /// <summary>Registers another service type that resolves to the same object.</summary>
    public static void Forward<TService, TImplementation>(IServiceCollection services, object? serviceKey, ServiceLifetime lifetime)
        where TService : class
        where TImplementation : class, TService =>
        Add<TService>(services, serviceKey, lifetime, static (provider, key) =>
            key is null ? provider.GetRequiredService<TImplementation>() : provider.GetRequiredKeyedService<TImplementation>(key));
}
