namespace LocalRag.Cli.Lines;

/// <summary>A line of the input that a command cannot take.</summary>
internal sealed class BadLineException(string reason) : Exception(reason);
