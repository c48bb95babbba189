using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.SemanticKernel;

/// <summary>Registers the reranking of search functions on a kernel builder.</summary>
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
}
