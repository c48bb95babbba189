namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>A sentence of a passage that may become part of an extractive answer.</summary>
/// <param name="PassageIndex">Which passage, from 0.</param>
/// <param name="Range">Where in the passage's text.</param>
/// <param name="Text">The words as they stand there.</param>
internal sealed record SentenceCandidate(int PassageIndex, Range Range, string Text);
