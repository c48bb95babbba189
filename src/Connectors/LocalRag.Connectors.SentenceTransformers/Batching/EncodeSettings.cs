namespace LocalRag.Connectors.SentenceTransformers.Batching;

/// <summary>One call's settings after everything optional was decided.</summary>
/// <param name="Prompt">Put before every text; empty for none.</param>
/// <param name="PromptTokens">How many tokens at the start do not count in the pooling.</param>
/// <param name="Dimensions">Components to keep.</param>
/// <param name="Normalize">Whether kept components are scaled to length 1.</param>
/// <param name="Limits">How large a batch may be.</param>
/// <param name="Workers">Tokenizing threads; 0 for as many as there are processors.</param>
/// <param name="Progress">Told after every batch.</param>
internal sealed record EncodeSettings(
    string Prompt, int PromptTokens, int Dimensions, bool Normalize, BatchLimits Limits, int Workers, IProgress<BatchProgress>? Progress);
