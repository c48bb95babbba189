namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>What a chat model used for an answer, as its server counts.</summary>
/// <param name="InputTokens">Tokens that it read.</param>
/// <param name="OutputTokens">Tokens that it wrote.</param>
public sealed record AnswerUsage(long InputTokens, long OutputTokens);
