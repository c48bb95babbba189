namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A normalised stretch of the source text and its pieces so far; each step rewrites the pieces, and some the text.</summary>
internal sealed class PieceBatch
{
    private TextBuffer _spareText = new();
    private PieceList _sparePieces = new();

    public TextBuffer Text { get; private set; } = new();

    public PieceList Pieces { get; private set; } = new();

    /// <summary>Empties the batch for the next stretch.</summary>
    public void Reset(bool tracks)
    {
        Text.Reset(tracks);
        Pieces.Clear();
    }

    /// <summary>Normalises the text; pieces are not made yet.</summary>
    public void Normalize(Normalizer normalizer)
    {
        if (normalizer.Apply(Text, SpareText()))
            CommitText();
    }

    /// <summary>An empty list for the pieces to come; <see cref="CommitPieces"/> makes them the current ones.</summary>
    public PieceList SparePieces()
    {
        _sparePieces.Clear();
        return _sparePieces;
    }

    public void CommitPieces() => (Pieces, _sparePieces) = (_sparePieces, Pieces);

    /// <summary>An empty buffer for a rewritten text; <see cref="CommitText"/> makes it the current one.</summary>
    public TextBuffer SpareText()
    {
        _spareText.Reset(Text.Tracks);
        _spareText.Reserve(Text.Length);
        return _spareText;
    }

    public void CommitText() => (Text, _spareText) = (_spareText, Text);

    /// <summary>Gives back arrays that one long text made large.</summary>
    public void Trim(int maxLength)
    {
        Text.Trim(maxLength);
        _spareText.Trim(maxLength);
        Pieces.Trim(maxLength);
        _sparePieces.Trim(maxLength);
    }
}
