namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>A text with its citations, before it becomes an <see cref="Answer"/>.</summary>
internal sealed record WrittenAnswer(string Text, IReadOnlyList<AnswerCitation> Citations);
