namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A token and the UTF-16 range of the source text that it stands for. Several byte tokens of one character share its range.</summary>
internal readonly record struct TokenRange(int Id, int Start, int End);
