namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>What was asked and what was searched for.</summary>
/// <param name="Asked">The question as it was put.</param>
/// <param name="Searched">The text that was searched; differs for a question that refers back to the one before.</param>
public sealed record AnswerQuery(string Asked, string Searched);
