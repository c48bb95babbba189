namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A place in the text, in Oniguruma's sense: <c>^</c> and <c>$</c> are about lines.</summary>
/// <param name="anchor">One of ^ $ A Z z b B.</param>
internal sealed class AnchorNode(char anchor) : RegexNode
{
    public override int Match(ref MatchState state, int at) => Holds(state.Text, at) ? Next.Match(ref state, at) : -1;

    protected override FirstSet ComputeFirst() => Next.First();

    private bool Holds(ReadOnlySpan<char> text, int at) => anchor switch
    {
        '^' => at == 0 || text[at - 1] == '\n' && at < text.Length,
        '$' => at == text.Length || text[at] == '\n',
        'A' => at == 0,
        'Z' => at == text.Length || at == text.Length - 1 && text[at] == '\n',
        'z' => at == text.Length,
        'b' => IsBoundary(text, at),
        _ => !IsBoundary(text, at),
    };

    private static bool IsBoundary(ReadOnlySpan<char> text, int at)
    {
        var before = at > 0 && CodePointSet.Word.Contains(CodePoint.Before(text, at, out _));
        var after = at < text.Length && CodePointSet.Word.Contains(CodePoint.At(text, at, out _));
        return before != after;
    }
}
