using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Has a chat model write the answer from the passages, and lets it search for more of them.</summary>
internal sealed class ChatAnswer(IChatCompletionService chat, ModelSearch search, Func<StreamingChatMessageContent, AnswerUsage?>? readUsage)
{
    /// <summary>What the model is told to say, and nothing else, when the passages do not hold the answer.</summary>
    public const string NotFound = "NOT IN THE DOCUMENTS";

    private const string Rules = PromptContext.Instructions
        + " Answer in the language of the question, in a few sentences, without an introduction."
        + " {0}If the passages do not hold the answer, reply with exactly these words and nothing else: " + NotFound;

    private const string SearchFirst = "If the passages do not hold the answer, search once more with the function before you give up. ";

    // Connectors that tell why the model stopped put it under this name into every part, without a value until it stops.
    private const string FinishReason = nameof(FinishReason);

    private bool _saysWhenFinished;
    private string? _finish;

    /// <summary>What the model used so far; null where nobody says.</summary>
    public AnswerUsage? Usage { get; private set; }

    /// <summary>Whether the model stopped because its answer may not be longer.</summary>
    public bool WasCut => string.Equals(_finish, "length", StringComparison.OrdinalIgnoreCase);

    /// <summary>Streams what the model writes; nothing comes while the text may still turn out to be <see cref="NotFound"/>.</summary>
    /// <exception cref="EndOfStreamException">The stream ended before the model did.</exception>
    public async IAsyncEnumerable<string> StreamAsync(AnswerRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var held = new StringBuilder();
        var holding = true;
        var kernel = search.CreateKernel();
        var settings = kernel is null ? null : new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        await foreach (var part in chat.GetStreamingChatMessageContentsAsync(History(request, maySearch: kernel is not null), settings, kernel, cancellationToken).ConfigureAwait(false))
        {
            Note(part);
            if (part.Content is not { Length: > 0 } text)
            {
                continue;
            }

            if (!holding)
            {
                yield return text;
                continue;
            }

            held.Append(text);
            var begun = held.ToString().TrimStart();
            if (!NotFound.StartsWith(begun[..Math.Min(begun.Length, NotFound.Length)], StringComparison.OrdinalIgnoreCase))
            {
                holding = false;
                yield return held.ToString();
            }
        }

        if (_saysWhenFinished && _finish is null)
        {
            throw new EndOfStreamException("the stream ended before the answer did");
        }

        if (holding && held.Length > 0)
        {
            yield return held.ToString();
        }
    }

    public static bool IsRefusal(string text) => text.TrimStart().StartsWith(NotFound, StringComparison.OrdinalIgnoreCase);

    private void Note(StreamingChatMessageContent part)
    {
        if (part.Metadata?.TryGetValue(FinishReason, out var reason) == true)
        {
            _saysWhenFinished = true;
            _finish = reason?.ToString() ?? (part.Content is { Length: > 0 } ? null : _finish);
        }

        if (readUsage?.Invoke(part) is { } usage)
        {
            Usage = new(usage.InputTokens + (Usage?.InputTokens ?? 0), usage.OutputTokens + (Usage?.OutputTokens ?? 0));
        }
    }

    // Rules, then the conversation, then the passages as data with the question last: what the model read last weighs most.
    private ChatHistory History(AnswerRequest request, bool maySearch)
    {
        var history = new ChatHistory(Rules.Replace("{0}", maySearch ? SearchFirst : "", StringComparison.Ordinal));
        foreach (var turn in request.History.TakeLast(AnswerRequest.MaxHistory))
        {
            history.AddUserMessage(turn.Question);
            if (turn.Answer.Length > 0)
            {
                history.AddAssistantMessage(turn.Answer);
            }
        }

        history.AddUserMessage($"{search.Context.Text}\n\nQuestion: {request.Question}");
        return history;
    }
}
