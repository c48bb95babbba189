using System.Text.Json.Serialization;
using LocalRag.Plugins.Retrieval.Answering;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RagDemo.Web.Endpoints;
using RagDemo.Web.Security;

namespace RagDemo.Web;

/// <summary>Puts the web application together.</summary>
internal static class WebDemo
{
    /// <param name="settings">What the demo was told.</param>
    /// <param name="urls">Where to listen, separated by semicolons.</param>
    /// <param name="configure">Replaces services; for tests.</param>
    public static WebApplication Build(DemoSettings settings, string urls, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.Configuration.AddConfiguration(settings.Configuration);
        var limits = settings.Limits;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = limits.MaxRequestBytes);
        Configure(builder.Services, settings, limits);
        builder.Services.Configure<HostFilteringOptions>(o => o.AllowedHosts = [.. AllowedHosts(urls, builder.Configuration["AllowedHosts"])]);
        builder.Services.AddDemoTelemetry(settings.Configuration);
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseHostFiltering();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<SameOrigin>();
        app.UseMiddleware<PageToken>();
        app.UseRateLimiter();
        app.UseMiddleware<WaitForModels>();
        app.MapPage();
        PageToken.Map(app);
        app.MapStatus();
        app.MapAsk();
        app.MapSearch();
        app.MapDocuments();
        app.MapIngestions();
        app.MapOpenApi();
        app.MapHealthChecks("/health");
        app.MapMcp("/mcp").RequireRateLimiting(AskLimiter.Policy).WithMetadata(WaitForModels.Mark);
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
        PageToken.Add(services);

        // Tokens live as long as the process: a page that outlives it fetches another.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.TryAddSingleton(TimeProvider.System);
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
