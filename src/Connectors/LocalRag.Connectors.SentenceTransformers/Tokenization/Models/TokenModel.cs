namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The last step: one piece of text to ids. Thread-safe.</summary>
internal abstract class TokenModel(Vocabulary vocabulary)
{
    public Vocabulary Vocabulary => vocabulary;

    /// <summary>Appends the tokens of a piece, which is not empty, with the char of the piece at which each one ends.</summary>
    public abstract void Tokenize(ReadOnlySpan<char> piece, TokenList tokens);
}
