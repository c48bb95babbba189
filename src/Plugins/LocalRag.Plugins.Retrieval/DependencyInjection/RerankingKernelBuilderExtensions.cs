using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.SemanticKernel;

/// <summary>Registers reranking and retrieval on a kernel builder.</summary>
public static class RerankingKernelBuilderExtensions
{
    /// <inheritdoc cref="RerankingServiceCollectionExtensions.AddRerankingFilter"/>
    /// <param name="builder">The kernel builder.</param>
    /// <param name="configure">Changes the settings; null keeps the defaults.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IKernelBuilder AddRerankingFilter(this IKernelBuilder builder, Action<RerankingFilterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRerankingFilter(configure);
        return builder;
    }

    /// <inheritdoc cref="RetrieverServiceCollectionExtensions.AddRetriever{TRecord}"/>
    /// <typeparam name="TRecord">The record type.</typeparam>
    /// <param name="builder">The kernel builder.</param>
    /// <param name="configure">Changes the settings; null keeps the defaults.</param>
    /// <param name="serviceKey">The key of retriever and collection; null for none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IKernelBuilder AddRetriever<TRecord>(this IKernelBuilder builder, Action<RetrieverOptions<TRecord>>? configure = null, object? serviceKey = null)
        where TRecord : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRetriever(configure, serviceKey);
        return builder;
    }
}
