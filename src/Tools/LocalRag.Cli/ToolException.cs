namespace LocalRag.Cli;

/// <summary>Something that the user has to change; the message is all there is to say.</summary>
internal sealed class ToolException(string message) : Exception(message);
