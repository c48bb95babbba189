namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>What was asked and what was searched for.</summary>
/// <param name="Asked">The question as it was put.</param>
/// <param name="Searched">The text that was searched; differs for a question that refers back to the one before.</param>
/// <param name="Further">What the chat model searched for by itself, in this order; null where it did not.</param>
public sealed record AnswerQuery(string Asked, string Searched, IReadOnlyList<string>? Further = null);
