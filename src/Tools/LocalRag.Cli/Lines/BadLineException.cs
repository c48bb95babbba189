namespace LocalRag.Cli.Lines;

/// <summary>A line of the input that a command cannot take; the message is the reason.</summary>
internal sealed class BadLineException(string reason) : Exception(reason);
