using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace LocalRag.Tests;

public sealed class HostingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_models_open_while_the_host_starts_when_asked_to(bool warmUp)
    {
        int opened = 0;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLocalRag(o =>
        {
            o.WarmUp = warmUp;
            o.ConfigureEmbedding = _ => opened++;
            o.ConfigureReranker = _ => opened++;
        });
        using var host = builder.Build();
        await host.StartAsync();

        Assert.Equal(warmUp ? 2 : 0, opened);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_health_check_is_healthy_once_the_models_answer()
    {
        var services = new ServiceCollection().AddLogging().AddLocalRag();
        services.AddHealthChecks().AddLocalRag();
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(r => r.Tags.Contains("ready"));

        var entry = Assert.Single(report.Entries);
        Assert.Equal(("localrag", HealthStatus.Healthy), (entry.Key, entry.Value.Status));
        Assert.True((double)entry.Value.Data["milliseconds"] > 0);
    }

    [Fact]
    public async Task The_health_check_tells_why_a_model_does_not_answer()
    {
        string empty = Directory.CreateTempSubdirectory("localrag-no-model").FullName;
        try
        {
            var services = new ServiceCollection().AddLogging().AddLocalRag(o => o.RerankerModel = empty);
            services.AddHealthChecks().AddLocalRag(failureStatus: HealthStatus.Degraded);
            await using var provider = services.BuildServiceProvider();

            var entry = (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["localrag"];

            Assert.Equal(HealthStatus.Degraded, entry.Status);
            Assert.Contains(empty, entry.Exception!.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(empty);
        }
    }
}
