namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>How far a call has come; reported after every batch.</summary>
/// <param name="Done">Texts or pairs that are finished.</param>
/// <param name="Total">Texts or pairs of the whole call.</param>
public readonly record struct BatchProgress(int Done, int Total);
