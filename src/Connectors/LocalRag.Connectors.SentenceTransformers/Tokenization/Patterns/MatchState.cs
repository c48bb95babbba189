namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>What the nodes of a regular expression share while they match.</summary>
internal ref struct MatchState
{
    public ReadOnlySpan<char> Text;

    /// <summary>Where the current turn of each group loop began, so that an empty turn ends it.</summary>
    public Span<int> LoopStarts;

    /// <summary>Steps left.</summary>
    public long Budget;
}
