namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>An exact text within a regular expression.</summary>
internal sealed class LiteralNode(string text) : RegexNode
{
    public override int Match(ref MatchState state, int at) =>
        state.Text[at..].StartsWith(text, StringComparison.Ordinal) ? Next.Match(ref state, at + text.Length) : -1;

    protected override FirstSet ComputeFirst()
    {
        var c = text[0];
        return c < 64 ? new(1UL << c, 0, false, false) : c < 128 ? new(0, 1UL << (c - 64), false, false) : new(0, 0, true, false);
    }
}
