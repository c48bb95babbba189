using Microsoft.SemanticKernel;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Settings of a <see cref="DocumentAnswerer"/>.</summary>
public sealed class AnswerOptions
{
    /// <summary>The <see cref="MinimumScore"/> for the embedded reranker.</summary>
    /// <remarks>
    /// Chosen on 124 questions over passages that were written for it: of 64 that the passages answer it refuses 3, of 40 about something else
    /// it refuses 38, and of 20 that come near without an answer 11. Lower answers more of all kinds.
    /// </remarks>
    public const float MiniMinimumScore = 0.7f;

    /// <summary>The reranker's score that the best passage must reach; below it the documents do not hold the answer.</summary>
    /// <value>A number on the reranker's own scale; null (the default) answers from whatever was found.</value>
    public float? MinimumScore { get; set; }

    /// <summary>How many sentences an extractive answer has at the most.</summary>
    /// <value>1 to 10; default 3.</value>
    public int MaxSentences { get; set; } = 3;

    /// <summary>What is said when the documents do not hold the answer.</summary>
    /// <value>Not blank.</value>
    public string Refusal { get; set; } = "The documents do not hold an answer to this question.";

    /// <summary>How often the chat model may search by itself for one answer, through a function named <c>search</c>.</summary>
    /// <value>0 to 10; default 2. 0 sends no function along, for servers and models that know none.</value>
    public int MaxModelSearches { get; set; } = 2;

    /// <summary>Reads from a part of the chat model's stream what it used, for <see cref="Answer.Usage"/>; connectors differ in where they put it.</summary>
    /// <value>Null (the default) reports no usage.</value>
    public Func<StreamingChatMessageContent, AnswerUsage?>? ReadUsage { get; set; }

    internal AnswerOptions Validated()
    {
        if (MinimumScore is { } score && float.IsNaN(score))
        {
            throw new ArgumentException($"{nameof(MinimumScore)} must be a number or null, but is NaN.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSentences, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxSentences, 10);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxModelSearches, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxModelSearches, 10);
        ArgumentException.ThrowIfNullOrWhiteSpace(Refusal);
        return (AnswerOptions)MemberwiseClone();
    }
}
