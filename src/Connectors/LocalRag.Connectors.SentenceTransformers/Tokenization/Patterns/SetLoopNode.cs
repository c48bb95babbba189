namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A run of code points of one set.</summary>
internal sealed class SetLoopNode(CodePointSet set, int min, int max, RepeatKind kind) : RegexNode
{
    public override int Match(ref MatchState state, int at) => kind == RepeatKind.Lazy ? MatchLazy(ref state, at) : MatchGreedy(ref state, at);

    protected override FirstSet ComputeFirst() => min > 0 ? set.First() : set.First().Union(Next.First());

    private int MatchGreedy(ref MatchState state, int at)
    {
        var text = state.Text;
        var end = at;
        var count = 0;
        var least = min == 0 ? at : -1;
        while (end < text.Length && count < max)
        {
            int c = text[end];
            var length = 1;
            if (c < 128 ? !set.ContainsAscii(c) : !set.Contains(CodePoint.At(text, end, out length)))
                break;
            end += length;
            if (++count == min)
                least = end;
        }

        if (least < 0)
            return -1;
        if (kind == RepeatKind.Possessive)
            return Next.Match(ref state, end);

        while (true)
        {
            var match = Next.Match(ref state, end);
            if (match >= 0 || end == least || --state.Budget < 0)
                return match;
            end--;
            if (char.IsLowSurrogate(text[end]))
                end--;
        }
    }

    private int MatchLazy(ref MatchState state, int at)
    {
        for (var count = 0; ; count++)
        {
            if (count >= min)
            {
                var match = Next.Match(ref state, at);
                if (match >= 0 || count == max || --state.Budget < 0)
                    return match;
            }

            if (at == state.Text.Length || !set.Contains(CodePoint.At(state.Text, at, out var length)))
                return -1;
            at += length;
        }
    }
}
