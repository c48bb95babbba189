using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LocalRag;
using Microsoft.Extensions.DependencyInjection;
using RagDemo.Documents;
using RagDemo.Web;

namespace RagDemo.Tests;

/// <summary>What happens to questions that have to wait, with a model that the test holds.</summary>
public sealed class QueueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<RunningDemo> StartAsync(HeldReranker reranker, TimeProvider? time = null) => RunningDemo.StartAsync(
        new() { ["Limits:Concurrent"] = "1", ["Limits:Queue"] = "1", ["Limits:MaxCharacters"] = "400" },
        services =>
        {
            services.AddSingleton<IReranker>(reranker);
            services.AddSingleton(time ?? TimeProvider.System);
        });

    private static Task<HttpResponseMessage> AskAsync(RunningDemo demo, CancellationToken cancellationToken) =>
        demo.Client.PostAsJsonAsync("api/ask", new { question = "When does the library open?" }, cancellationToken);

    [Fact]
    public async Task Beyond_the_queue_the_answer_is_503_with_the_time_to_wait()
    {
        using var reranker = new HeldReranker();
        await using var demo = await StartAsync(reranker);

        // One is answered, one waits; whichever came third is told at once, while the other two are held.
        List<Task<HttpResponseMessage>> questions = [AskAsync(demo, Token), AskAsync(demo, Token), AskAsync(demo, Token)];
        var first = await Task.WhenAny(questions);
        questions.Remove(first);
        using var refused = await first;
        Assert.All(questions, q => Assert.False(q.IsCompleted));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.Equal(2, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Contains("Ask again in a moment", (await refused.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString());

        reranker.Open();
        foreach (var question in questions)
        {
            using var answered = await question;
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }
    }

    [Fact]
    public async Task A_browser_that_leaves_stops_the_model_and_frees_its_place()
    {
        using var reranker = new HeldReranker();
        await using var demo = await StartAsync(reranker);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var left = AskAsync(demo, leaving.Token);
        await reranker.EnteredAsync();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await reranker.StoppedAsync();

        // The only place is free again: the next question reaches the model.
        var next = AskAsync(demo, Token);
        await reranker.EnteredAsync();
        reranker.Open();
        using var answered = await next;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task A_stream_that_has_nothing_to_tell_sends_comments()
    {
        using var reranker = new HeldReranker();
        var time = new ManualTime();
        await using var demo = await StartAsync(reranker, time);
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/ask") { Content = JsonContent.Create(new { question = "When does the library open?" }), Headers = { { "Accept", "text/event-stream" } } };
        using var response = await demo.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Token));

        time.EndNextTimer(Token);
        Assert.Equal(": ping", await lines.ReadLineAsync(Token));
        Assert.Equal("", await lines.ReadLineAsync(Token));
        time.EndNextTimer(Token);
        Assert.Equal(": ping", await lines.ReadLineAsync(Token));

        reranker.Open();
        Assert.EndsWith("event: retrieval", (await lines.ReadToEndAsync(Token)).TrimStart().Split('\n')[0]);
    }

    [Fact]
    public async Task A_document_with_more_text_than_the_limit_is_refused()
    {
        using var reranker = new HeldReranker();
        await using var demo = await StartAsync(reranker);

        using var response = await demo.Client.PostAsync("api/documents", RunningDemo.Form("long.txt", [.. Enumerable.Repeat((byte)'a', 401)]), Token);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("up to 400 are read", (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Questions_wait_for_models_that_are_still_being_opened_and_so_does_the_end()
    {
        using var folder = new DocumentFolder();
        using var opening = new SemaphoreSlim(0);
        using var opened = new ManualResetEventSlim();
        using var reranker = new HeldReranker();
        reranker.Open();
        await using var app = WebDemo.Build(DemoSettings.Load([folder.Docs], folder.Data), "http://127.0.0.1:0", services => services.AddSingleton<IReranker>(_ =>
        {
            opening.Release();
            opened.Wait();
            return reranker;
        }));
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        app.Services.GetRequiredService<IngestionJobs>().StartUp();
        await opening.WaitAsync(Token);
        using var health = await client.GetAsync("health", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);

        var stopping = app.StopAsync(Token);
        Assert.False(stopping.IsCompleted);
        opened.Set();
        await stopping;
        Assert.True(app.Services.GetRequiredService<IngestionJobs>().Ready.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Models_that_cannot_be_opened_are_told_by_health_and_by_every_question()
    {
        using var folder = new DocumentFolder();
        await using var app = WebDemo.Build(DemoSettings.Load([folder.Docs], folder.Data), "http://127.0.0.1:0",
            services => services.AddSingleton<IReranker>(_ => throw new InvalidDataException("the model is damaged")));
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await app.Services.GetRequiredService<IngestionJobs>().StartUp().Ended;

        using var health = await client.GetAsync("health", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        using var answer = await client.PostAsJsonAsync("api/ask", new { question = "x" }, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("the model is damaged", (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString());
        await app.StopAsync(Token);
    }
}
