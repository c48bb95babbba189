namespace LocalRag.Evaluation;

/// <summary>One labelled question of a reranking evaluation.</summary>
/// <param name="Query">The question.</param>
/// <param name="Positive">The texts that answer it.</param>
/// <param name="Negative">Texts that do not; give either these or <paramref name="Documents"/>.</param>
/// <param name="Documents">A first ranked list to improve, best first, in which texts equal to a positive one count as relevant.</param>
public sealed record RerankingSample(
    string Query, IReadOnlyList<string> Positive, IReadOnlyList<string>? Negative = null, IReadOnlyList<string>? Documents = null);
