namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>The chat model was asked for and cannot answer.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">What the chat model's client reported.</param>
public sealed class ChatModelException(string message, Exception? innerException = null) : Exception(message, innerException);
