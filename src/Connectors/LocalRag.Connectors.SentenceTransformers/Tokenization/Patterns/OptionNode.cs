namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A group that may be left out; both ways lead to <see cref="RegexNode.Next"/>.</summary>
internal sealed class OptionNode(RegexNode body, bool lazy) : RegexNode
{
    public override int Match(ref MatchState state, int at)
    {
        var (one, other) = lazy ? (Next, body) : (body, Next);
        var match = one.Match(ref state, at);
        return match >= 0 || --state.Budget < 0 ? match : other.Match(ref state, at);
    }

    protected override FirstSet ComputeFirst() => body.First().Union(Next.First());
}
