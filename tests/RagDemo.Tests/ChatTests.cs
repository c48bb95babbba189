using System.Net;
using System.Net.Http.Json;
using RagDemo.Tests.Servers;

namespace RagDemo.Tests;

/// <summary>Answers that a chat model writes, over the wire protocol of OpenAI.</summary>
public sealed class ChatTests : IClassFixture<ChatDemo>
{
    public ChatTests(ChatDemo demo)
    {
        Demo = demo;
        Chat.Forget();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ChatDemo Demo { get; }

    private ChatServer Chat => Demo.Chat;

    private static object Question(string mode = "auto") => new { question = "When does the library open on Saturdays?", topK = 1, mode };

    [Fact]
    public async Task The_model_searches_by_itself_and_only_citations_of_passages_it_got_remain()
    {
        Chat.Calls("documents-search", "{\"query\": \"Where do visitors park?\"}");
        Chat.Says("It opens at ten [1]. ", "Cars go to the garage ", "below the square [2]. Tea is free [9].");

        var events = await Demo.StreamAsync(Question());

        Assert.Equal(["retrieval", "token", "token", "token", "replace", "citation", "citation", "done"], events.Select(e => e.Type));
        Assert.Equal("It opens at ten [1]. ", events[1].Data.GetProperty("text").GetString());
        var answer = events[^1].Data;
        Assert.Equal("It opens at ten [1]. Cars go to the garage below the square [2]. Tea is free .", answer.GetProperty("text").GetString());
        Assert.Equal(("answered", "llm"), (answer.GetProperty("status").GetString(), answer.GetProperty("mode").GetString()));
        Assert.Equal(["library.md", "parking.html"], answer.GetProperty("passages").EnumerateArray().Select(p => p.GetProperty("documentId").GetString()));
        var citations = answer.GetProperty("citations").EnumerateArray().ToArray();
        Assert.Equal([1, 2], citations.Select(c => c.GetProperty("n").GetInt32()));
        Assert.Contains("ten on Saturdays", citations[0].GetProperty("quote").GetString());
        Assert.Contains("garage below the square", citations[1].GetProperty("quote").GetString());
        Assert.True(citations[1].GetProperty("support").GetDouble() > 0);
        Assert.Equal("Where do visitors park?", Assert.Single(answer.GetProperty("query").GetProperty("further").EnumerateArray()).GetString());
        Assert.Equal((200, 40), (answer.GetProperty("usage").GetProperty("inputTokens").GetInt32(), answer.GetProperty("usage").GetProperty("outputTokens").GetInt32()));

        var requests = Chat.Requests.ToArray();
        Assert.True(requests[0].GetProperty("stream").GetBoolean());
        Assert.Equal("documents-search", requests[0].GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
        var result = requests[1].GetProperty("messages").EnumerateArray().Last();
        Assert.Equal(("tool", "call_1"), (result.GetProperty("role").GetString(), result.GetProperty("tool_call_id").GetString()));
        Assert.Contains("<passage id=\"2\"", result.GetProperty("content").ToString().Replace("\\u0022", "\"", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal));
        Assert.All(Chat.Keys, k => Assert.Equal($"Bearer {ChatDemo.Key}", k));
    }

    [Fact]
    public async Task A_model_that_searches_too_often_is_told_to_answer()
    {
        for (var i = 0; i < 3; i++)
        {
            Chat.Calls("documents-search", "{\"query\": \"Anything about tea?\"}");
        }

        Chat.Says("It opens at ten [1].");

        var answer = await Demo.PostAsync("api/ask", Question());

        Assert.Equal("It opens at ten [1].", answer.GetProperty("text").GetString());
        Assert.Equal(2, answer.GetProperty("query").GetProperty("further").GetArrayLength());
        Assert.Contains("No further search", Chat.Requests.Last().GetProperty("messages").EnumerateArray().Last().GetProperty("content").ToString());
    }

    [Theory]
    [InlineData(401, "refuses the key (401)")]
    [InlineData(404, "no such model or address (404)")]
    [InlineData(429, "no more requests at the moment (429)")]
    [InlineData(500, "answers 500")]
    public async Task A_server_that_refuses_gives_way_to_the_documents_or_is_503(int status, string words)
    {
        Chat.Refuses(status);
        Chat.Refuses(status);
        Chat.Refuses(status);

        var answer = await Demo.PostAsync("api/ask", Question());
        Assert.Equal(("answered", "extractive"), (answer.GetProperty("status").GetString(), answer.GetProperty("mode").GetString()));
        Assert.Contains(words, answer.GetProperty("warning").GetString());
        using var response = await Demo.Client.PostAsJsonAsync("api/ask", Question("llm"), Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var problem = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains(words, problem);
        var (type, data) = (await Demo.StreamAsync(Question("llm")))[^1];
        Assert.Equal(("error", 503), (type, data.GetProperty("status").GetInt32()));
        Assert.Contains(words, data.GetProperty("detail").GetString());
        Assert.NotEmpty(data.GetProperty("type").GetString()!);
        Assert.NotEmpty(data.GetProperty("traceId").GetString()!);
        Assert.DoesNotContain(ChatDemo.Key, answer.GetRawText() + problem + data.GetRawText());
        Assert.Equal(3, Chat.Requests.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_breaks_off_is_replaced_by_the_sentences_of_the_documents(bool abort)
    {
        for (var i = 0; i < 2; i++)
        {
            Chat.Answers.Enqueue(async context =>
            {
                await ChatServer.BeginAsync(context);
                await ChatServer.ChunkAsync(context, new { content = "It opens at" });
                if (abort)
                {
                    context.Abort();
                }
            });
        }

        var events = await Demo.StreamAsync(Question());
        var answer = events[^1].Data;
        Assert.Contains("ten on Saturdays", answer.GetProperty("text").GetString());
        Assert.DoesNotContain("It opens at", answer.GetProperty("text").GetString());
        Assert.Contains("broke its answer off", answer.GetProperty("warning").GetString());

        // What an aborted connection had sent may never arrive; what did arrive is taken back.
        Assert.Equal(events.Any(e => e.Type == "token" && e.Data.GetProperty("text").GetString() == "It opens at"), events.Any(e => e.Type == "replace"));
        Assert.Equal("error", (await Demo.StreamAsync(Question("llm")))[^1].Type);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        string gone;
        await using (var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask))
        {
            gone = server.Address;
        }

        await using var demo = await RunningDemo.StartAsync(ChatDemo.SettingsFor(gone + "/v1"));
        var answer = await demo.PostAsync("api/ask", Question());

        Assert.Equal("extractive", answer.GetProperty("mode").GetString());
        Assert.Contains("cannot be reached", answer.GetProperty("warning").GetString());
    }

    [Fact]
    public async Task A_browser_that_leaves_stops_the_model()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Chat.Answers.Enqueue(async context =>
        {
            context.RequestAborted.Register(() => stopped.TrySetResult());
            await ChatServer.BeginAsync(context);
            begun.SetResult();
            await stopped.Task;
        });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var left = Demo.Client.PostAsJsonAsync("api/ask", Question(), leaving.Token);
        await begun.Task.WaitAsync(Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await stopped.Task.WaitAsync(Token);
    }
}
