using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LocalRag.Connectors.RerankApi.Tests;

/// <summary>A rerank server on the loopback address that speaks a dialect, scores a document by its length, and misbehaves when told to.</summary>
public sealed class RerankServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RerankServer(WebApplication app) => _app = app;

    public sealed record Request(string Path, string? Authorization, JsonElement Body);

    public List<Request> Requests { get; } = [];

    /// <summary>Answers before the dialect does; returns true where it has answered.</summary>
    public Func<HttpContext, Request, Task<bool>>? Misbehave { get; set; }

    /// <summary>The answer to <c>GET /info</c>; null for 404.</summary>
    public string? Info { get; set; }

    public Uri Address => new(_app.Urls.First());

    public static async Task<RerankServer> StartAsync(RerankApiDialect dialect)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseKestrel(o => o.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var server = new RerankServer(app);
        app.Run(context => server.AnswerAsync(context, dialect));
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, RerankApiDialect dialect)
    {
        if (context.Request.Method == "GET")
        {
            context.Response.StatusCode = Info is null ? 404 : 200;
            await context.Response.WriteAsync(Info ?? "");
            return;
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var request = new Request(context.Request.Path, context.Request.Headers.Authorization, body.RootElement.Clone());
        lock (Requests)
        {
            Requests.Add(request);
        }

        if (Misbehave is { } misbehave && await misbehave(context, request))
        {
            return;
        }

        string[] documents = [.. request.Body.GetProperty(dialect == RerankApiDialect.TextEmbeddingsInference ? "texts" : "documents").EnumerateArray().Select(d => d.GetString()!)];
        var ranked = documents.Select((d, i) => (Index: i, Score: d.Length / 1000.0)).OrderByDescending(d => d.Score).ThenByDescending(d => d.Index);
        await context.Response.WriteAsJsonAsync(Shape(dialect, ranked));
    }

    // Ties come in reverse order, as from Text Embeddings Inference: clients must sort for themselves.
    private static object Shape(RerankApiDialect dialect, IEnumerable<(int Index, double Score)> ranked) => dialect switch
    {
        RerankApiDialect.TextEmbeddingsInference => ranked.Select(r => new { index = r.Index, score = r.Score }),
        RerankApiDialect.Cohere => new { id = "1", results = ranked.Select(r => new { index = r.Index, relevance_score = r.Score }), meta = new { api_version = new { version = "2" } } },
        RerankApiDialect.Jina => new { model = "m", usage = new { total_tokens = 1 }, results = ranked.Select(r => new { index = r.Index, relevance_score = r.Score }) },
        RerankApiDialect.Vllm => new { id = "1", model = "m", usage = new { total_tokens = 1 }, results = ranked.Select(r => new { index = r.Index, document = new { text = "t" }, relevance_score = r.Score }) },
        RerankApiDialect.Infinity => new { @object = "rerank", results = ranked.Select(r => new { index = r.Index, relevance_score = r.Score, document = (string?)null }) },
        _ => new { model = "m", @object = "list", results = ranked.Select(r => new { index = r.Index, relevance_score = r.Score }) },
    };
}
