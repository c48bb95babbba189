namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>One document that was ranked.</summary>
/// <param name="CorpusId">Its index in the list that was ranked, from 0.</param>
/// <param name="Score">The model's score; higher is better.</param>
/// <param name="Text">Its text, where texts were asked for.</param>
public readonly record struct RankedDocument(int CorpusId, float Score, string? Text = null);
