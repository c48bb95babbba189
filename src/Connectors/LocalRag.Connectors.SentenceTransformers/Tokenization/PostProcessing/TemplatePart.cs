namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>One part of a <see cref="Template"/>: special tokens, or one of the texts.</summary>
/// <param name="SpecialIds">Ids of the special tokens; null for a text.</param>
/// <param name="Sequence">0 for the first text, 1 for the second.</param>
/// <param name="TypeId">Type id of all its tokens.</param>
internal sealed record TemplatePart(int[]? SpecialIds, int Sequence, int TypeId);
