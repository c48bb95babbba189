using System.Diagnostics.CodeAnalysis;
using LocalRag.Connectors.InMemory;
using Microsoft.SemanticKernel;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The registrations of <see cref="InMemoryServiceCollectionExtensions"/> on a Semantic Kernel builder.</summary>
public static class InMemoryKernelBuilderExtensions
{
    /// <summary>Registers the in-memory vector store.</summary>
    /// <param name="builder">The builder to add to.</param>
    /// <param name="options">Settings of the store; null for defaults.</param>
    /// <param name="serviceKey">A key to register under; null for none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IKernelBuilder AddInMemoryVectorStore(this IKernelBuilder builder, InMemoryVectorStoreOptions? options = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedInMemoryVectorStore(serviceKey, options);
        return builder;
    }

    /// <summary>Registers a collection.</summary>
    /// <typeparam name="TKey">The type of the key.</typeparam>
    /// <typeparam name="TRecord">The type of the records.</typeparam>
    /// <param name="builder">The builder to add to.</param>
    /// <param name="name">The name of the collection, not empty.</param>
    /// <param name="options">Settings of the collection; null for defaults.</param>
    /// <param name="serviceKey">A key to register under; null for none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    [RequiresDynamicCode("Mapping classes to columns is not compatible with NativeAOT.")]
    [RequiresUnreferencedCode("Mapping classes to columns is not compatible with trimming.")]
    public static IKernelBuilder AddInMemoryCollection<TKey, TRecord>(this IKernelBuilder builder, string name, InMemoryCollectionOptions? options = null, object? serviceKey = null)
        where TKey : notnull
        where TRecord : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedInMemoryCollection<TKey, TRecord>(serviceKey, name, options);
        return builder;
    }
}
