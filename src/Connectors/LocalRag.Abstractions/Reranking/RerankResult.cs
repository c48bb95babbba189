namespace LocalRag;

/// <summary>One ranked document.</summary>
/// <param name="Index">Position of the document in the list that was reranked, from 0.</param>
/// <param name="Score">
/// The reranker's own score, higher is better. Its range is the model's: a cross-encoder with a sigmoid gives 0 to 1,
/// one with raw logits any number.
/// </param>
public readonly record struct RerankResult(int Index, float Score);
