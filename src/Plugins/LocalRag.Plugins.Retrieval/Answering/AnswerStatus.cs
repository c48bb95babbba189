namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Whether the documents answer the question.</summary>
public enum AnswerStatus
{
    /// <summary>The text answers from the passages.</summary>
    Answered,

    /// <summary>The documents do not hold the answer; the passages are the nearest there are.</summary>
    Refused,
}
