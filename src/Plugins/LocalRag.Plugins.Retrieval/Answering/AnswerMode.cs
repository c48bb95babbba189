namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Who writes the answer.</summary>
public enum AnswerMode
{
    /// <summary>The chat model where one is configured and answers, else the best sentences of the documents.</summary>
    Auto,

    /// <summary>The best sentences of the documents, word for word.</summary>
    Extractive,

    /// <summary>The chat model; an error where none is configured or it does not answer.</summary>
    Llm,
}
