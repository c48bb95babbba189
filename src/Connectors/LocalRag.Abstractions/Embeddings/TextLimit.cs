namespace LocalRag;

/// <summary>How much of a text an embedding generator reads, counted by its own tokenizer.</summary>
/// <remarks>
/// Ask a generator for it with <c>GetService(typeof(TextLimit))</c>; what cuts documents into passages needs it, since text beyond the limit
/// is not embedded. Immutable; the counter is safe for concurrent use.
/// </remarks>
/// <param name="MaxTokens">The tokens that are left for the text, less its prompt and the special tokens; null where the model has no limit.</param>
/// <param name="CountTokens">Counts the tokens of a text without special tokens.</param>
public sealed record TextLimit(int? MaxTokens, Func<string, int> CountTokens);
