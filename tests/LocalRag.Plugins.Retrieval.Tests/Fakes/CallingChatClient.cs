using Microsoft.Extensions.AI;

namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>A model that first calls a tool with the given arguments and then says that it is done; remembers what it was shown.</summary>
public sealed class CallingChatClient(string? tool, IDictionary<string, object?>? arguments = null) : IChatClient
{
    public List<ChatMessage> LastMessages { get; private set; } = [];

    public ChatOptions? LastOptions { get; private set; }

    /// <summary>What the tool returned, as the model saw it.</summary>
    public object? ToolResult => LastMessages.SelectMany(m => m.Contents).OfType<FunctionResultContent>().SingleOrDefault()?.Result;

    /// <summary>The strings of the tool's result, however it travelled.</summary>
    public IReadOnlyList<string> ToolStrings => ToolResult switch
    {
        IEnumerable<string> strings => [.. strings],
        System.Text.Json.JsonElement { ValueKind: System.Text.Json.JsonValueKind.Array } json => [.. json.EnumerateArray().Select(e => e.GetString()!)],
        System.Text.Json.JsonElement { ValueKind: System.Text.Json.JsonValueKind.String } json => System.Text.Json.JsonSerializer.Deserialize<string[]>(json.GetString()!)!,
        string error when error.StartsWith("Error", StringComparison.Ordinal) => throw new InvalidOperationException(error),
        string text => System.Text.Json.JsonSerializer.Deserialize<string[]>(text)!,
        _ => throw new InvalidOperationException($"No list of strings but {ToolResult?.GetType().Name}: {ToolResult}"),
    };

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        LastMessages = [.. messages];
        LastOptions = options;
        bool called = LastMessages.SelectMany(m => m.Contents).OfType<FunctionResultContent>().Any();
        string? name = tool is null ? null : options?.Tools?.OfType<AIFunctionDeclaration>().Select(t => t.Name).SingleOrDefault(n => n.EndsWith(tool, StringComparison.Ordinal));
        AIContent content = called || name is null ? new TextContent("done") : new FunctionCallContent("call-1", name, arguments);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [content])));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
