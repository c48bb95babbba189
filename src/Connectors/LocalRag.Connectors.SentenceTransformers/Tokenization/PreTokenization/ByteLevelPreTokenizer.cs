namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>GPT-2's step: perhaps a space in front, perhaps its regular expression, then every byte as a printable char.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : PreTokenizer
{
    private static readonly SplitPreTokenizer Gpt2Words = new(
        new RegexPattern(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"), SplitBehavior.Isolated, invert: false);

    public override void Apply(PieceBatch batch)
    {
        if (addPrefixSpace)
            AddPrefixSpace(batch);
        if (useRegex)
            Gpt2Words.Apply(batch);

        var text = batch.SpareText();
        var pieces = batch.SparePieces();
        foreach (var piece in batch.Pieces.Pieces)
        {
            var start = text.Length;
            if (piece.IsToken)
                text.AppendFrom(batch.Text, piece.Start, piece.Length);
            else
                ByteAlphabet.Append(batch.Text, piece.Start, piece.Length, text);
            pieces.Add(new Piece(start, text.Length - start, piece.TokenId));
        }

        batch.CommitText();
        batch.CommitPieces();
    }

    private static void AddPrefixSpace(PieceBatch batch)
    {
        var text = batch.SpareText();
        var pieces = batch.SparePieces();
        foreach (var piece in batch.Pieces.Pieces)
        {
            var start = text.Length;
            if (!piece.IsToken && batch.Text[piece.Start] != ' ')
                text.Append(' ', batch.Text, piece.Start, 0);
            text.AppendFrom(batch.Text, piece.Start, piece.Length);
            pieces.Add(new Piece(start, text.Length - start, piece.TokenId));
        }

        batch.CommitText();
        batch.CommitPieces();
    }
}
