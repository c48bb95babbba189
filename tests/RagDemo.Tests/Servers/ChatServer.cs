using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RagDemo.Tests.Servers;

/// <summary>An OpenAI-compatible server that streams what the test has written down for each request.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private LoopbackServer? _server;

    public ConcurrentQueue<Func<HttpContext, Task>> Answers { get; } = [];

    public ConcurrentQueue<JsonElement> Requests { get; } = [];

    public ConcurrentQueue<string?> Keys { get; } = [];

    public string Endpoint => _server!.Address + "/v1";

    public static async Task<ChatServer> StartAsync()
    {
        var chat = new ChatServer();
        chat._server = await LoopbackServer.StartAsync(chat.AnswerAsync);
        return chat;
    }

    /// <summary>Streams text in parts, then the reason of the end and what was used.</summary>
    public void Says(params string[] parts) => Answers.Enqueue(async context =>
    {
        await BeginAsync(context);
        foreach (var part in parts)
        {
            await ChunkAsync(context, new { content = part });
        }

        await EndAsync(context, "stop");
    });

    /// <summary>Streams the call of a function, its arguments in two parts.</summary>
    public void Calls(string function, string arguments) => Answers.Enqueue(async context =>
    {
        var half = arguments.Length / 2;
        await BeginAsync(context);
        await ChunkAsync(context, new { tool_calls = new[] { new { index = 0, id = "call_1", type = "function", function = new { name = function, arguments = "" } } } });
        await ChunkAsync(context, new { tool_calls = new[] { new { index = 0, function = new { arguments = arguments[..half] } } } });
        await ChunkAsync(context, new { tool_calls = new[] { new { index = 0, function = new { arguments = arguments[half..] } } } });
        await EndAsync(context, "tool_calls");
    });

    /// <summary>Refuses as OpenAI does, quoting the key.</summary>
    public void Refuses(int status) => Answers.Enqueue(context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = new { message = $"Refused: {context.Request.Headers.Authorization}", type = "invalid_request_error", code = "refused" } });
    });

    public static async Task BeginAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await ChunkAsync(context, new { role = "assistant", content = "" });
    }

    public static Task ChunkAsync(HttpContext context, object delta) => WriteAsync(context, new { id = "c1", @object = "chat.completion.chunk", created = 1, model = "fake", choices = new[] { new { index = 0, delta, finish_reason = (string?)null } } });

    public static async Task EndAsync(HttpContext context, string reason)
    {
        await WriteAsync(context, new { id = "c1", @object = "chat.completion.chunk", created = 1, model = "fake", choices = new[] { new { index = 0, delta = new { }, finish_reason = reason } } });
        await WriteAsync(context, new { id = "c1", @object = "chat.completion.chunk", created = 1, model = "fake", choices = Array.Empty<object>(), usage = new { prompt_tokens = 100, completion_tokens = 20, total_tokens = 120 } });
        await context.Response.WriteAsync("data: [DONE]\n\n");
    }

    /// <summary>Forgets what was written down and asked.</summary>
    public void Forget()
    {
        Answers.Clear();
        Requests.Clear();
        Keys.Clear();
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private static async Task WriteAsync(HttpContext context, object chunk)
    {
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk)}\n\n");
        await context.Response.Body.FlushAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Assert.Equal("/v1/chat/completions", context.Request.Path);
        Requests.Enqueue(await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body));
        Keys.Enqueue(context.Request.Headers.Authorization);
        if (Answers.TryDequeue(out var answer))
        {
            await answer(context);
        }
        else
        {
            context.Response.StatusCode = 500;
        }
    }
}
