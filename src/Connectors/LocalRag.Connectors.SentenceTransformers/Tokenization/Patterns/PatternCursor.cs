namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Where a search in one text stands.</summary>
/// <param name="textLength">Length of the text, which bounds the work of a whole search.</param>
internal struct PatternCursor(int textLength)
{
    /// <summary>Where the next search begins.</summary>
    public int Position;

    /// <summary>End of the last match: an empty match may not follow it at once.</summary>
    public int LastEnd = -1;

    /// <summary>Steps of backtracking left; a pattern that uses them up would hang.</summary>
    public long Budget = 20_000_000 + 500L * textLength;
}
