using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using RagDemo.Tests.Servers;

namespace RagDemo.Tests;

/// <summary>Traces and metrics reach a collector when the standard variables name one, and nothing listens when they do not.</summary>
public sealed class TelemetryTests
{
    private const string Question = "When does the library open on Saturdays?";

    private readonly ConcurrentQueue<(string Path, string Body)> _received = [];

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
    }

    private Dictionary<string, string?> Settings(LoopbackServer collector) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    private string Received(string path) => string.Concat(_received.Where(r => r.Path == path).Select(r => r.Body));

    [Fact]
    public async Task Spans_and_metrics_of_ask_and_search_arrive_without_any_text()
    {
        await using var collector = await LoopbackServer.StartAsync(ReceiveAsync);
        await using (var demo = await RunningDemo.StartAsync(Settings(collector)))
        {
            await demo.PostAsync("api/ask", new { question = Question });
            await demo.PostAsync("api/search", new { query = Question });
        }

        var traces = Received("/v1/traces");
        foreach (var span in (string[])["/api/ask", "/api/search", "LocalRag.Connectors.SentenceTransformers", "embeddings ", "rerank ", "LocalRag.Connectors.InMemory"])
        {
            Assert.Contains(span, traces);
        }

        Assert.Contains("localrag.model.duration", Received("/v1/metrics"));
        Assert.DoesNotContain("Saturdays", traces + Received("/v1/metrics"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    public async Task Nothing_listens_when_it_is_off(string? name, string? value)
    {
        await using var collector = await LoopbackServer.StartAsync(ReceiveAsync);
        var settings = name is null ? [] : Settings(collector);
        if (name is not null)
        {
            settings[name] = value;
        }

        await using (var demo = await RunningDemo.StartAsync(settings))
        {
            await demo.PostAsync("api/ask", new { question = Question });
            Assert.Null(demo.Services.GetService<TracerProvider>());
            using var source = new ActivitySource("LocalRag.Connectors.SentenceTransformers");
            Assert.False(source.HasListeners());
        }

        Assert.Empty(_received);
    }

    [Fact]
    public async Task Each_signal_can_be_switched_off_alone()
    {
        await using var collector = await LoopbackServer.StartAsync(ReceiveAsync);
        var settings = Settings(collector);
        settings["OTEL_METRICS_EXPORTER"] = "none";
        await using (var demo = await RunningDemo.StartAsync(settings))
        {
            await demo.PostAsync("api/ask", new { question = Question });
        }

        Assert.NotEmpty(Received("/v1/traces"));
        Assert.Empty(Received("/v1/metrics"));
    }
}
