namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>SentencePiece's spaces: each becomes a visible mark, perhaps one more goes in front, and words begin at marks.</summary>
internal sealed class MetaspacePreTokenizer(char replacement, PrependScheme prepend, bool split) : PreTokenizer
{
    public override bool NeedsSourceRanges => prepend == PrependScheme.First;

    public override void Apply(PieceBatch batch)
    {
        var text = batch.SpareText();
        var pieces = batch.SparePieces();
        foreach (var piece in batch.Pieces.Pieces)
        {
            var start = text.Length;
            if (piece.IsToken)
            {
                text.AppendFrom(batch.Text, piece.Start, piece.Length);
                pieces.Add(piece with { Start = start });
                continue;
            }

            var first = batch.Text[piece.Start];
            if (first != replacement && first != ' ' && Prepends(batch, piece))
                text.Append(replacement, batch.Text, piece.Start, 0);
            batch.Text.Chars.Slice(piece.Start, piece.Length).Replace(text.AppendMany(batch.Text, piece.Start, piece.Length), ' ', replacement);
            Split(text, start, pieces);
        }

        batch.CommitText();
        batch.CommitPieces();
    }

    private bool Prepends(PieceBatch batch, Piece piece) =>
        prepend == PrependScheme.Always || prepend == PrependScheme.First && batch.Text.SourceStart(piece.Start) == 0;

    private void Split(TextBuffer text, int start, PieceList pieces)
    {
        while (split && start < text.Length)
        {
            var next = text.Chars[(start + 1)..].IndexOf(replacement);
            if (next < 0)
                break;
            pieces.Add(start, next + 1);
            start += next + 1;
        }

        pieces.Add(start, text.Length - start);
    }
}
