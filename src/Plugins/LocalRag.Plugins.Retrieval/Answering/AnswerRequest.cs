namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>One question to the documents.</summary>
/// <remarks>Null settings take those of the retriever.</remarks>
public sealed class AnswerRequest
{
    /// <summary>The longest question, in characters.</summary>
    public const int MaxQuestionLength = 2000;

    /// <summary>The most turns of a conversation that are taken along.</summary>
    public const int MaxHistory = 10;

    /// <summary>Creates a request.</summary>
    /// <param name="question">The question; 1 to <see cref="MaxQuestionLength"/> characters.</param>
    /// <exception cref="ArgumentException">The question is blank or too long.</exception>
    public AnswerRequest(string question)
    {
        if (string.IsNullOrWhiteSpace(question))
        {
            throw new ArgumentException("The question is empty. Ask something about the documents.", nameof(question));
        }

        if (question.Length > MaxQuestionLength)
        {
            throw new ArgumentException($"The question has {question.Length} characters; up to {MaxQuestionLength} are read. Shorten it.", nameof(question));
        }

        Question = question.Trim();
    }

    /// <summary>The question.</summary>
    public string Question { get; }

    /// <summary>The conversation so far, oldest first; a question that refers back is searched together with the one before it.</summary>
    public IReadOnlyList<ConversationTurn> History { get; set; } = [];

    /// <summary>Only passages of these documents are searched.</summary>
    /// <value>Null or empty searches all.</value>
    public IReadOnlyList<string>? DocumentIds { get; set; }

    /// <summary>How many passages the answer may use.</summary>
    /// <value>1 or more.</value>
    public int? TopK { get; set; }

    /// <summary>How many results of the search the reranker sees.</summary>
    /// <value>1 or more.</value>
    public int? Candidates { get; set; }

    /// <summary>Whether to rerank.</summary>
    public bool? Rerank { get; set; }

    /// <summary>Whether to search keywords too.</summary>
    public bool? Hybrid { get; set; }

    /// <summary>Whether to search by keywords alone.</summary>
    /// <value>False by default. True needs a collection that offers <see cref="IKeywordSearchable{TRecord}"/>, and goes before <see cref="Hybrid"/>.</value>
    public bool KeywordsOnly { get; set; }

    /// <summary>Who writes the answer.</summary>
    public AnswerMode Mode { get; set; }
}
