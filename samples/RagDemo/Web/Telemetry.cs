using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace RagDemo.Web;

/// <summary>Traces and metrics, switched on by the standard variables of OpenTelemetry.</summary>
internal static class Telemetry
{
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", TracesEndpoint, MetricsEndpoint];

    // The demo's own parts, the chat model's connector, and what Microsoft.Extensions.AI measures.
    private static readonly string[] Sources = ["LocalRag*", "Microsoft.SemanticKernel*", "Experimental.Microsoft.Extensions.AI"];

    /// <summary>Adds exporters where an address is named and <c>OTEL_SDK_DISABLED</c> is not set; otherwise nothing listens.</summary>
    public static void AddDemoTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (!Endpoints.Any(name => !string.IsNullOrEmpty(configuration[name])) || configuration.GetValue("OTEL_SDK_DISABLED", false))
        {
            return;
        }

        var telemetry = services.AddOpenTelemetry();
        if (IsOn(configuration, "OTEL_TRACES_EXPORTER"))
        {
            telemetry.WithTracing(t => t.AddAspNetCoreInstrumentation().AddSource(Sources).AddOtlpExporter(o => SetEndpoint(o, configuration[TracesEndpoint])));
        }

        if (IsOn(configuration, "OTEL_METRICS_EXPORTER"))
        {
            telemetry.WithMetrics(m => m.AddAspNetCoreInstrumentation().AddMeter(Sources).AddOtlpExporter(o => SetEndpoint(o, configuration[MetricsEndpoint])));
        }
    }

    private static bool IsOn(IConfiguration configuration, string name) => !string.Equals(configuration[name], "none", StringComparison.OrdinalIgnoreCase);

    // The exporter reads the common variables by itself; the address of one signal it takes only this way.
    private static void SetEndpoint(OtlpExporterOptions options, string? address)
    {
        if (!string.IsNullOrEmpty(address))
        {
            options.Endpoint = new Uri(address);
        }
    }
}
