namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>An answer with everything it rests on. Its JSON form, see <see cref="AnswerJson"/>, is the body that applications exchange.</summary>
/// <param name="Status">Whether the documents hold an answer.</param>
/// <param name="Text">The answer with passage numbers in brackets, or the refusal.</param>
/// <param name="Mode">Who wrote it: <see cref="AnswerMode.Extractive"/> or <see cref="AnswerMode.Llm"/>.</param>
/// <param name="Citations">The places it rests on, in the order of the text.</param>
/// <param name="Passages">The passages, best first; <c>[1]</c> in the text is the first of them.</param>
/// <param name="Dropped">The candidates that did not reach the answer.</param>
/// <param name="Query">What was asked and searched.</param>
/// <param name="Timings">Where the time went.</param>
/// <param name="Warning">What went wrong without preventing an answer; null where nothing did.</param>
/// <param name="Usage">What the chat model used; null without one, or where its server does not say.</param>
public sealed record Answer(
    AnswerStatus Status,
    string Text,
    AnswerMode Mode,
    IReadOnlyList<AnswerCitation> Citations,
    IReadOnlyList<AnswerPassage> Passages,
    IReadOnlyList<DroppedPassage> Dropped,
    AnswerQuery Query,
    AnswerTimings Timings,
    string? Warning = null,
    AnswerUsage? Usage = null);
