namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>One code point of a set.</summary>
internal sealed class SetNode(CodePointSet set) : RegexNode
{
    public CodePointSet Set => set;

    public override int Match(ref MatchState state, int at)
    {
        if (at == state.Text.Length)
            return -1;
        var codePoint = CodePoint.At(state.Text, at, out var length);
        return set.Contains(codePoint) ? Next.Match(ref state, at + length) : -1;
    }

    protected override FirstSet ComputeFirst() => set.First();
}
