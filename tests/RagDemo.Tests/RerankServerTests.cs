using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RagDemo.Tests.Servers;

namespace RagDemo.Tests;

/// <summary>A rerank server, named by the settings, in the place of the local cross-encoder.</summary>
public sealed class RerankServerTests
{
    private readonly ConcurrentQueue<string> _queries = [];
    private volatile bool _fails;

    private static Task<RunningDemo> StartAsync(LoopbackServer server) => RunningDemo.StartAsync(new()
    {
        ["RerankApi:Endpoint"] = server.Address,
        ["RerankApi:Dialect"] = "Jina",
        ["RerankApi:Model"] = "fake-reranker",
        ["RerankApi:MaxRetries"] = "0",
    });

    // Likes whatever speaks of dogs.
    private async Task AnswerAsync(HttpContext context)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        _queries.Enqueue(body.GetProperty("query").GetString()!);
        if (_fails)
        {
            context.Response.StatusCode = 500;
            return;
        }

        var results = body.GetProperty("documents").EnumerateArray().Select((d, index) => new { index, relevance_score = d.GetString()!.Contains("Dogs", StringComparison.Ordinal) ? 0.9 : 0.1 });
        await context.Response.WriteAsJsonAsync(new { model = "fake-reranker", results });
    }

    [Fact]
    public async Task The_server_orders_the_passages_and_chooses_the_sentences()
    {
        await using var server = await LoopbackServer.StartAsync(AnswerAsync);
        await using var demo = await StartAsync(server);

        var answer = await demo.PostAsync("api/ask", new { question = "When does the library open on Saturdays?" });

        Assert.Equal("cafe.txt", answer.GetProperty("passages")[0].GetProperty("documentId").GetString());
        Assert.Equal("Dogs are allowed on the terrace only. [1]", answer.GetProperty("text").GetString());
        Assert.All(_queries, q => Assert.Equal("When does the library open on Saturdays?", q));
        Assert.Equal("fake-reranker at 127.0.0.1", JsonElement.Parse(await demo.Client.GetStringAsync("api/status", TestContext.Current.CancellationToken)).GetProperty("reranker").GetString());
    }

    [Fact]
    public async Task A_server_that_fails_leaves_the_order_of_the_search_and_a_warning()
    {
        await using var server = await LoopbackServer.StartAsync(AnswerAsync);
        await using var demo = await StartAsync(server);
        _fails = true;

        var answer = await demo.PostAsync("api/ask", new { question = "When does the library open on Saturdays?" });

        Assert.Equal("answered", answer.GetProperty("status").GetString());
        Assert.Contains("The reranker failed", answer.GetProperty("warning").GetString());
        Assert.Contains("ten on Saturdays", answer.GetProperty("text").GetString());
        Assert.Single(_queries);
    }
}
