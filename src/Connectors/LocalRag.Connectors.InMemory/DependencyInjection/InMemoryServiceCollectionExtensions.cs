using System.Diagnostics.CodeAnalysis;
using LocalRag.Connectors.InMemory;
using Microsoft.Extensions.VectorData;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the in-memory vector store and its collections.</summary>
/// <remarks>
/// Calls only register factories; nothing is created before it is resolved. Stores and collections of one container (and
/// one service key) share their data. Generators that options leave open come from the container: the one of the same
/// service key, else the unkeyed one, and for search values the one registered under the key <c>"query"</c>.
/// </remarks>
public static class InMemoryServiceCollectionExtensions
{
    private const string DynamicCode = "Mapping classes to columns is not compatible with NativeAOT.";
    private const string UnreferencedCode = "Mapping classes to columns is not compatible with trimming.";

    /// <summary>Registers <see cref="InMemoryVectorStore"/>, also as <see cref="VectorStore"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="options">Settings of the store; null for defaults.</param>
    /// <param name="lifetime">How long a store object lives; the data live as long as the container.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddInMemoryVectorStore(
        this IServiceCollection services, InMemoryVectorStoreOptions? options = null, ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        AddStore(services, null, options, lifetime);

    /// <summary>Registers <see cref="InMemoryVectorStore"/> under a key, also as <see cref="VectorStore"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="serviceKey">The key.</param>
    /// <param name="options">Settings of the store; null for defaults.</param>
    /// <param name="lifetime">How long a store object lives; the data live as long as the container.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddKeyedInMemoryVectorStore(
        this IServiceCollection services, object? serviceKey, InMemoryVectorStoreOptions? options = null, ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        AddStore(services, serviceKey, options, lifetime);

    /// <summary>Registers a collection, also as <see cref="VectorStoreCollection{TKey, TRecord}"/>, <see cref="IVectorSearchable{TRecord}"/> and <see cref="IKeywordHybridSearchable{TRecord}"/>.</summary>
    /// <typeparam name="TKey">The type of the key.</typeparam>
    /// <typeparam name="TRecord">The type of the records.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <param name="name">The name of the collection, not empty.</param>
    /// <param name="options">Settings of the collection; null for defaults.</param>
    /// <param name="lifetime">How long a collection object lives; the data live as long as the container.</param>
    /// <returns><paramref name="services"/>.</returns>
    [RequiresDynamicCode(DynamicCode)]
    [RequiresUnreferencedCode(UnreferencedCode)]
    public static IServiceCollection AddInMemoryCollection<TKey, TRecord>(
        this IServiceCollection services, string name, InMemoryCollectionOptions? options = null, ServiceLifetime lifetime = ServiceLifetime.Singleton)
        where TKey : notnull
        where TRecord : class =>
        AddCollection<TKey, TRecord>(services, null, name, options, lifetime);

    /// <summary>Registers a collection under a key, also as <see cref="VectorStoreCollection{TKey, TRecord}"/>, <see cref="IVectorSearchable{TRecord}"/> and <see cref="IKeywordHybridSearchable{TRecord}"/>.</summary>
    /// <typeparam name="TKey">The type of the key.</typeparam>
    /// <typeparam name="TRecord">The type of the records.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <param name="serviceKey">The key.</param>
    /// <param name="name">The name of the collection, not empty.</param>
    /// <param name="options">Settings of the collection; null for defaults.</param>
    /// <param name="lifetime">How long a collection object lives; the data live as long as the container.</param>
    /// <returns><paramref name="services"/>.</returns>
    [RequiresDynamicCode(DynamicCode)]
    [RequiresUnreferencedCode(UnreferencedCode)]
    public static IServiceCollection AddKeyedInMemoryCollection<TKey, TRecord>(
        this IServiceCollection services, object? serviceKey, string name, InMemoryCollectionOptions? options = null, ServiceLifetime lifetime = ServiceLifetime.Singleton)
        where TKey : notnull
        where TRecord : class =>
        AddCollection<TKey, TRecord>(services, serviceKey, name, options, lifetime);

    private static IServiceCollection AddStore(IServiceCollection services, object? serviceKey, InMemoryVectorStoreOptions? options, ServiceLifetime lifetime)
    {
        ArgumentNullException.ThrowIfNull(services);
        Registration.AddDatabase(services, serviceKey);
        Registration.Add(services, serviceKey, lifetime, (provider, key) =>
        {
            // A copy per object: what one container resolves must not leak into the next.
            var own = options?.Clone() ?? new InMemoryVectorStoreOptions();
            own.Database ??= Registration.Database(provider, key);
            if (own.EmbeddingGenerator is null)
            {
                own.EmbeddingGenerator = Registration.Generator(provider, key);
                own.QueryEmbeddingGenerator ??= Registration.QueryGenerator(provider);
            }

            return new InMemoryVectorStore(own);
        });
        Registration.Forward<VectorStore, InMemoryVectorStore>(services, serviceKey, lifetime);
        return services;
    }

    [RequiresDynamicCode(DynamicCode)]
    [RequiresUnreferencedCode(UnreferencedCode)]
    private static IServiceCollection AddCollection<TKey, TRecord>(
        IServiceCollection services, object? serviceKey, string name, InMemoryCollectionOptions? options, ServiceLifetime lifetime)
        where TKey : notnull
        where TRecord : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Registration.AddDatabase(services, serviceKey);
        Registration.Add(services, serviceKey, lifetime, (provider, key) =>
        {
            var own = new InMemoryCollectionOptions(options);
            own.Database ??= Registration.Database(provider, key);
            if (own.EmbeddingGenerator is null)
            {
                own.EmbeddingGenerator = Registration.Generator(provider, key);
                if (own.Definition?.EmbeddingGenerator is null)
                    own.QueryEmbeddingGenerator ??= Registration.QueryGenerator(provider);
            }

            return new InMemoryCollection<TKey, TRecord>(name, own);
        });
        Registration.Forward<VectorStoreCollection<TKey, TRecord>, InMemoryCollection<TKey, TRecord>>(services, serviceKey, lifetime);
        Registration.Forward<IVectorSearchable<TRecord>, InMemoryCollection<TKey, TRecord>>(services, serviceKey, lifetime);
        Registration.Forward<IKeywordHybridSearchable<TRecord>, InMemoryCollection<TKey, TRecord>>(services, serviceKey, lifetime);
        return services;
    }
}
