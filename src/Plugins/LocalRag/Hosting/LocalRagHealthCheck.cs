using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LocalRag;

/// <summary>Healthy when both models answer.</summary>
internal sealed class LocalRagHealthCheck(ModelProbe probe) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            await probe.RunAsync(cancellationToken).ConfigureAwait(false);
            var data = new Dictionary<string, object> { ["milliseconds"] = Stopwatch.GetElapsedTime(start).TotalMilliseconds };
            return HealthCheckResult.Healthy("Embedding model and reranker answer.", data);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "Embedding model or reranker does not answer.", e);
        }
    }
}
