using LocalRag;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of the local models.</summary>
public static class LocalRagHealthCheckExtensions
{
    /// <summary>Adds a check that is healthy when embedding model and reranker of <c>AddLocalRag</c> answer; the first check opens them.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">Name of the check.</param>
    /// <param name="failureStatus">What is reported when a model does not answer; null for unhealthy.</param>
    /// <param name="tags">Tags to select the check by; null for the tag <c>ready</c>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddLocalRag(
        this IHealthChecksBuilder builder, string name = "localrag", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name, static provider => new LocalRagHealthCheck(provider.GetRequiredService<ModelProbe>()), failureStatus, tags ?? ["ready"]));
    }
}
