namespace LocalRag.Plugins.Retrieval;

/// <summary>What <see cref="RerankStage"/> made of a list of candidates.</summary>
/// <param name="Kept">Candidates by their position before, in the new order.</param>
/// <param name="Dropped">Candidates below the score threshold, or left out by the reranker, in the order of the first search.</param>
/// <param name="Failure">Why the order of the search was kept; null where the reranker answered.</param>
internal sealed record RerankOutcome(
    IReadOnlyList<(int Index, RerankScores Scores)> Kept,
    IReadOnlyList<(int Index, RerankScores Scores)> Dropped,
    Exception? Failure);
