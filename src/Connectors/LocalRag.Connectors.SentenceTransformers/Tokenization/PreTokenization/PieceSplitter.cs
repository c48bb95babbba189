namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Turns the alternating delimiters and gaps of one piece into pieces, by the behaviour asked for.</summary>
internal ref struct PieceSplitter(SplitBehavior behavior, int offset, PieceList target)
{
    private int _start, _end;
    private bool _previousIsMatch;
    private bool _hasPending;

    /// <summary>Takes the next part, delimiter or gap; parts come in order and touch each other.</summary>
    public void Add(int start, int end, bool isMatch)
    {
        var joins = _hasPending && behavior switch
        {
            SplitBehavior.MergedWithPrevious => isMatch && !_previousIsMatch,
            SplitBehavior.MergedWithNext => !isMatch && _previousIsMatch,
            SplitBehavior.Contiguous => isMatch == _previousIsMatch,
            _ => false,
        };
        if (!joins)
        {
            Finish();
            _start = start;
            _hasPending = behavior != SplitBehavior.Removed || !isMatch;
        }

        _end = end;
        _previousIsMatch = isMatch;
    }

    /// <summary>Hands over the last part.</summary>
    public void Finish()
    {
        if (_hasPending)
            target.Add(offset + _start, _end - _start);
        _hasPending = false;
    }
}
