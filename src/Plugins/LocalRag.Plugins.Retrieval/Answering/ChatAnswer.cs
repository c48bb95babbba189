using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Has a chat model write the answer from the passages.</summary>
internal sealed class ChatAnswer(IChatCompletionService chat)
{
    /// <summary>What the model is told to say, and nothing else, when the passages do not hold the answer.</summary>
    public const string NotFound = "NOT IN THE DOCUMENTS";

    private const string Rules = PromptContext.Instructions
        + " Answer in the language of the question, in a few sentences, without an introduction."
        + " If the passages do not hold the answer, reply with exactly these words and nothing else: " + NotFound;

    /// <summary>Streams what the model writes; nothing comes while the text may still turn out to be <see cref="NotFound"/>.</summary>
    public async IAsyncEnumerable<string> StreamAsync(
        AnswerRequest request, PromptContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var held = new StringBuilder();
        var holding = true;
        await foreach (var part in chat.GetStreamingChatMessageContentsAsync(History(request, context), cancellationToken: cancellationToken).ConfigureAwait(false))
        {
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

        if (holding && held.Length > 0)
        {
            yield return held.ToString();
        }
    }

    public static bool IsRefusal(string text) => text.TrimStart().StartsWith(NotFound, StringComparison.OrdinalIgnoreCase);

    // Rules, then the conversation, then the passages as data with the question last: what the model read last weighs most.
    private static ChatHistory History(AnswerRequest request, PromptContext context)
    {
        var history = new ChatHistory(Rules);
        foreach (var turn in request.History.TakeLast(AnswerRequest.MaxHistory))
        {
            history.AddUserMessage(turn.Question);
            if (turn.Answer.Length > 0)
            {
                history.AddAssistantMessage(turn.Answer);
            }
        }

        history.AddUserMessage($"{context.Text}\n\nQuestion: {request.Question}");
        return history;
    }
}
