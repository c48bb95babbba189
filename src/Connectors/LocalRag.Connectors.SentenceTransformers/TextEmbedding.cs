namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>The vector of one text, and what the model read of it.</summary>
/// <param name="Vector">The vector.</param>
/// <param name="TokenCount">Tokens that the model read, prompt and special tokens included.</param>
/// <param name="Truncated">True if the text was longer than the model reads, so that its end is not in the vector.</param>
public readonly record struct TextEmbedding(ReadOnlyMemory<float> Vector, int TokenCount, bool Truncated);
