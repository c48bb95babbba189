using System.Runtime.CompilerServices;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>A chat model that streams written-down parts and remembers what it was asked.</summary>
public sealed class ScriptedChat(params string[] parts) : IChatCompletionService
{
    public ChatHistory? Asked { get; private set; }

    /// <summary>The functions that the model was offered.</summary>
    public IReadOnlyList<string> Offered { get; private set; } = [];

    public Exception? FailsWith { get; init; }

    public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

    public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Answers are streamed.");

    public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Asked = chatHistory;
        Offered = [.. (kernel?.Plugins.GetFunctionsMetadata() ?? []).Select(f => f.Name)];
        await Task.Yield();
        foreach (var part in parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new StreamingChatMessageContent(AuthorRole.Assistant, part);
        }

        if (FailsWith is { } error)
        {
            throw error;
        }
    }
}
