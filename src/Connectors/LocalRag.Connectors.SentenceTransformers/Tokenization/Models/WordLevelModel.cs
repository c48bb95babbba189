namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Every piece is a token or unknown.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, int unknown) : TokenModel(vocabulary)
{
    public override void Tokenize(ReadOnlySpan<char> piece, TokenList tokens) =>
        tokens.Add(Vocabulary.TryGetId(piece, out var id) ? id : unknown, piece.Length);
}
