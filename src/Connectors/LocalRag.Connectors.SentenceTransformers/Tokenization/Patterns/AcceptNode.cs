namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The end of a regular expression.</summary>
internal sealed class AcceptNode : RegexNode
{
    public static AcceptNode Instance { get; } = new();

    private AcceptNode()
    {
    }

    public override int Match(ref MatchState state, int at) => at;

    protected override FirstSet ComputeFirst() => FirstSet.Anything;
}
