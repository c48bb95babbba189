using LocalRag;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.SemanticKernel;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the reranking of search functions.</summary>
public static class RerankingServiceCollectionExtensions
{
    /// <summary>Registers <see cref="RerankingFunctionFilter"/>, so that each kernel of this container reranks what its search functions return.</summary>
    /// <remarks>
    /// Needs an <see cref="IReranker"/>, which is resolved on the first search and not before. Calling it again changes the
    /// settings and adds no second filter. The settings can also be configured through <see cref="RerankingFilterOptions"/>.
    /// </remarks>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the settings; null keeps the defaults.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddRerankingFilter(this IServiceCollection services, Action<RerankingFilterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RerankingFilterOptions>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFunctionInvocationFilter, RerankingFunctionFilter>(CreateFilter));
        return services;
    }

    private static RerankingFunctionFilter CreateFilter(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<RerankingFilterOptions>>().Value;
        object? key = options.RerankerKey;
        return new RerankingFunctionFilter(
            () => key is null ? services.GetRequiredService<IReranker>() : services.GetRequiredKeyedService<IReranker>(key),
            options,
            services.GetService<ILoggerFactory>());
    }
}
