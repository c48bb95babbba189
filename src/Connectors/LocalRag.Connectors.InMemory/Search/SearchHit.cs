namespace LocalRag.Connectors.InMemory;

/// <summary>A vector of the corpus that was found, as <c>{"corpus_id", "score"}</c> of sentence-transformers.</summary>
/// <param name="CorpusId">Its place in the corpus, from 0.</param>
/// <param name="Score">Its score; higher is better.</param>
public readonly record struct SearchHit(int CorpusId, float Score);
