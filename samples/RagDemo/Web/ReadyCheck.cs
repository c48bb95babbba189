using Microsoft.Extensions.Diagnostics.HealthChecks;
using RagDemo.Documents;

namespace RagDemo.Web;

/// <summary>Healthy once the models are open and the saved index is back.</summary>
internal sealed class ReadyCheck(IngestionJobs jobs) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(jobs.Ready.IsCompletedSuccessfully ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(jobs.Ready.Exception?.InnerException?.Message ?? "The models are being opened."));
}
