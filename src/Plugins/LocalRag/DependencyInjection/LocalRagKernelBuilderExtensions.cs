using LocalRag;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.SemanticKernel;

/// <summary>Registers everything for local retrieval-augmented generation on a kernel builder.</summary>
public static class LocalRagKernelBuilderExtensions
{
    /// <inheritdoc cref="LocalRagServiceCollectionExtensions.AddLocalRag(IServiceCollection)"/>
    /// <param name="builder">The kernel builder.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IKernelBuilder AddLocalRag(this IKernelBuilder builder) => builder.AddLocalRag(static _ => { });

    /// <inheritdoc cref="LocalRagServiceCollectionExtensions.AddLocalRag(IServiceCollection, Action{LocalRagOptions})"/>
    /// <param name="builder">The kernel builder.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IKernelBuilder AddLocalRag(this IKernelBuilder builder, Action<LocalRagOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddLocalRag(configure);
        return builder;
    }

    /// <inheritdoc cref="LocalRagServiceCollectionExtensions.AddLocalRag(IServiceCollection, IConfiguration)"/>
    /// <param name="builder">The kernel builder.</param>
    /// <param name="configuration">The section that holds the properties of <see cref="LocalRagOptions"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IKernelBuilder AddLocalRag(this IKernelBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddLocalRag(configuration);
        return builder;
    }
}
