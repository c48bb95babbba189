namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A step that cuts pieces and leaves the text as it is.</summary>
internal abstract class SplittingPreTokenizer : PreTokenizer
{
    public sealed override void Apply(PieceBatch batch)
    {
        var target = batch.SparePieces();
        foreach (var piece in batch.Pieces.Pieces)
        {
            if (piece.IsToken)
                target.Add(piece);
            else
                Split(batch.Text.Chars.Slice(piece.Start, piece.Length), piece.Start, target);
        }

        batch.CommitPieces();
    }

    /// <summary>Cuts one piece, which begins at <paramref name="start"/> of the text.</summary>
    protected abstract void Split(ReadOnlySpan<char> text, int start, PieceList target);
}
