namespace LocalRag.Connectors.InMemory;

/// <summary>The size of a full-text index.</summary>
/// <param name="Rows">Live rows that have a text.</param>
/// <param name="Tokens">The terms of these rows.</param>
internal readonly record struct TextStatistics(long Rows, long Tokens);
