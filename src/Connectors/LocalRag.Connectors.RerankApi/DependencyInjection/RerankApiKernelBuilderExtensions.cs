using LocalRag.Connectors.RerankApi;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.SemanticKernel;

/// <summary>Registers rerank servers on a kernel builder.</summary>
public static class RerankApiKernelBuilderExtensions
{
    /// <inheritdoc cref="RerankApiServiceCollectionExtensions.AddRerankApi"/>
    /// <param name="builder">The kernel builder.</param>
    /// <param name="configure">Says which server; null leaves it to configuration.</param>
    /// <param name="serviceKey">The key of the reranker; null for none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IKernelBuilder AddRerankApi(this IKernelBuilder builder, Action<RerankApiOptions>? configure = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRerankApi(configure, serviceKey);
        return builder;
    }
}
