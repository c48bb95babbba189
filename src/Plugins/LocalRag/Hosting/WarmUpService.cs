using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LocalRag;

/// <summary>Opens the models while the host starts, where the settings ask for it.</summary>
internal sealed class WarmUpService(ModelProbe probe, IOptions<LocalRagOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => options.Value.WarmUp ? probe.RunAsync(cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
