namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A growing list of pieces that is used again for the next text.</summary>
internal sealed class PieceList
{
    private Piece[] _pieces = [];

    public int Count { get; private set; }

    public ReadOnlySpan<Piece> Pieces => _pieces.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Adds a piece to be tokenized; empty ones vanish.</summary>
    public void Add(int start, int length)
    {
        if (length > 0)
            Add(new Piece(start, length, Piece.None));
    }

    public void Add(Piece piece)
    {
        if (Count == _pieces.Length)
            PooledArray.Grow(ref _pieces, Count, Count + 1);
        _pieces[Count++] = piece;
    }

    /// <summary>Gives back an array that one long text made large.</summary>
    public void Trim(int maxCount)
    {
        if (_pieces.Length > maxCount)
            PooledArray.Release(ref _pieces);
        Count = 0;
    }
}
