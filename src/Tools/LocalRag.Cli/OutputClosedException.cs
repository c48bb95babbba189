namespace LocalRag.Cli;

/// <summary>The reader of the output has gone, as <c>head</c> does once it has enough: a reason to stop, but no error.</summary>
internal sealed class OutputClosedException(IOException inner) : Exception(inner.Message, inner);
