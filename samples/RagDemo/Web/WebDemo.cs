using System.Text.Json.Serialization;
using LocalRag.Plugins.Retrieval.Answering;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using RagDemo.Web.Endpoints;
using RagDemo.Web.Security;

namespace RagDemo.Web;

/// <summary>Puts the web application together.</summary>
internal static class WebDemo
{
    public static WebApplication Build(DemoSettings settings, string urls)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var limits = builder.Configuration.GetSection("Limits").Get<Limits>() ?? new();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = limits.MaxRequestBytes);
        Configure(builder.Services, settings, limits);
        builder.Services.Configure<HostFilteringOptions>(o => o.AllowedHosts = [.. AllowedHosts(urls, builder.Configuration["AllowedHosts"])]);
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            builder.Services.AddOpenTelemetry()
                .WithTracing(t => t.AddAspNetCoreInstrumentation().AddSource("LocalRag*", "Experimental.Microsoft.Extensions.AI"))
                .WithMetrics(m => m.AddAspNetCoreInstrumentation().AddMeter("LocalRag*", "Experimental.Microsoft.Extensions.AI"))
                .UseOtlpExporter();
        }

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseHostFiltering();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<SameOrigin>();
        app.UseRateLimiter();
        app.MapPage();
        app.MapStatus();
        app.MapAsk();
        app.MapSearch();
        app.MapDocuments();
        app.MapIngestions();
        app.MapOpenApi();
        app.MapHealthChecks("/health");
        app.MapMcp("/mcp");
        return app;
    }

    private static void Configure(IServiceCollection services, DemoSettings settings, Limits limits)
    {
        services.AddRagDemo(settings);
        services.AddSingleton(limits);
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemFromException>();
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddAskLimiter(limits);
        services.AddOpenApi();
        services.AddHostFiltering(_ => { });
        services.AddHealthChecks().AddCheck<ReadyCheck>("ready");
        services.AddMcpServer().WithHttpTransport(o => o.Stateless = true).WithTools<DocumentTools>();
        services.Configure<FormOptions>(o => o.MultipartBodyLengthLimit = limits.MaxRequestBytes);
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.TypeInfoResolverChain.Insert(0, AnswerJson.TypeInfoResolver);
            o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            o.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            o.SerializerOptions.Converters.Add(new JsonStringEnumConverter(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        });
    }

    // A foreign page can point its own name at this machine; only requests that name this machine are served.
    private static IEnumerable<string> AllowedHosts(string urls, string? more) =>
        ((string[])["localhost", "127.0.0.1", "[::1]"])
            .Concat(urls.Split(';').Select(u => BindingAddress.Parse(u.Trim()).Host).Where(h => h is not ("*" or "+" or "0.0.0.0" or "[::]")))
            .Concat((more ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Where(h => h != "*"))
            .Distinct(StringComparer.OrdinalIgnoreCase);
}
