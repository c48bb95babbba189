namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>An earlier exchange of the conversation.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Answer">What was answered; may be empty.</param>
public sealed record ConversationTurn(string Question, string Answer = "");
