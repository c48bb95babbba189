namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Looks ahead or behind without consuming, or matches a group atomically.</summary>
/// <param name="body">What is looked for; it ends in <see cref="AcceptNode"/>.</param>
/// <param name="kind">What to do with it.</param>
/// <param name="behind">For a look behind, the number of code points to step back.</param>
internal sealed class AssertionNode(RegexNode body, AssertionKind kind, int behind) : RegexNode
{
    public override int Match(ref MatchState state, int at)
    {
        var start = at;
        for (var i = 0; i < behind && start >= 0; i++)
            start = start == 0 ? -1 : start - (char.IsLowSurrogate(state.Text[start - 1]) ? 2 : 1);

        var end = start < 0 ? -1 : body.Match(ref state, start);
        return kind switch
        {
            AssertionKind.Atomic => end < 0 ? -1 : Next.Match(ref state, end),
            AssertionKind.Positive => end < 0 ? -1 : Next.Match(ref state, at),
            _ => end >= 0 ? -1 : Next.Match(ref state, at),
        };
    }

    protected override FirstSet ComputeFirst() => kind == AssertionKind.Atomic ? AtomicFirst() : Next.First();

    private FirstSet AtomicFirst()
    {
        var first = body.First();
        return first.Empty ? FirstSet.Anything : first;
    }
}
