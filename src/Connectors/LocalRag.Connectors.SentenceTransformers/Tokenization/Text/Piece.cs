namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A stretch of a <see cref="TextBuffer"/> that the model tokenizes by itself, or that already is an added token.</summary>
/// <param name="Start">First char.</param>
/// <param name="Length">Number of chars.</param>
/// <param name="TokenId">Id of the added token, or <see cref="None"/>.</param>
internal readonly record struct Piece(int Start, int Length, int TokenId)
{
    public const int None = -1;

    public int End => Start + Length;

    public bool IsToken => TokenId != None;
}
