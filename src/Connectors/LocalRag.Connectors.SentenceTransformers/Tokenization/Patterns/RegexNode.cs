namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>One element of a regular expression, linked to the element that follows it.</summary>
internal abstract class RegexNode
{
    private FirstSet? _first;
    private bool _computing;

    /// <summary>What must match after this element.</summary>
    public RegexNode Next { get; set; } = AcceptNode.Instance;

    /// <summary>Matches this element and everything after it.</summary>
    /// <returns>The end of the whole match, or -1.</returns>
    public abstract int Match(ref MatchState state, int at);

    /// <summary>The chars that a match from here can begin with. Call only when everything is linked.</summary>
    public FirstSet First()
    {
        if (_first is { } known)
            return known;
        if (_computing)
            return FirstSet.Anything;
        _computing = true;
        var first = ComputeFirst();
        _computing = false;
        _first = first;
        return first;
    }

    protected abstract FirstSet ComputeFirst();
}
