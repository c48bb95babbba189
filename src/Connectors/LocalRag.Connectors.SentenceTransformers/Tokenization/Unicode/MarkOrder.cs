namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Keeps marks in canonical order while text is appended: those between two starters are sorted, once, when the second starter comes.</summary>
/// <remarks>Sorting a run as a whole keeps hostile input, millions of marks on one letter, at n log n.</remarks>
internal struct MarkOrder
{
    private int _runStart;
    private byte _last;
    private bool _disordered;

    /// <summary>Call after a mark (combining class above zero) was appended.</summary>
    public void MarkAppended(byte combiningClass)
    {
        _disordered |= combiningClass < _last;
        _last = combiningClass;
    }

    /// <summary>Call before a starter is appended, and at the end of the text.</summary>
    public void Close(TextBuffer text)
    {
        if (_disordered)
            text.SortByCombiningClass(_runStart);
        _disordered = false;
        _last = 0;
    }

    /// <summary>Call after a starter was appended, or left out.</summary>
    public void Open(TextBuffer text) => _runStart = text.Length;
}
