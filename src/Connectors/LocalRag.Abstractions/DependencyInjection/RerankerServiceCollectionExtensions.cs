using LocalRag;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers rerankers with wrappers around them.</summary>
public static class RerankerServiceCollectionExtensions
{
    /// <summary>Registers a reranker; the returned builder wraps it.</summary>
    /// <remarks>Nothing is made before the reranker is first resolved; the container disposes it.</remarks>
    /// <param name="services">The container.</param>
    /// <param name="factory">Makes the core.</param>
    /// <param name="lifetime">How long the reranker lives.</param>
    /// <returns>A builder for logging, telemetry, cache and the like.</returns>
    public static RerankerBuilder AddReranker(
        this IServiceCollection services, Func<IServiceProvider, IReranker> factory, ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        services.AddKeyedReranker(serviceKey: null, factory, lifetime);

    /// <summary>Registers a reranker under a key; the returned builder wraps it.</summary>
    /// <param name="services">The container.</param>
    /// <param name="serviceKey">The key; null for none.</param>
    /// <param name="factory">Makes the core.</param>
    /// <param name="lifetime">How long the reranker lives.</param>
    /// <returns>A builder for logging, telemetry, cache and the like.</returns>
    public static RerankerBuilder AddKeyedReranker(
        this IServiceCollection services, object? serviceKey, Func<IServiceProvider, IReranker> factory, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(factory);
        var builder = new RerankerBuilder(factory);
        services.Add(new ServiceDescriptor(typeof(IReranker), serviceKey, (provider, _) => builder.Build(provider), lifetime));
        return builder;
    }
}
