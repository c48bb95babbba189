namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A regular expression with the meaning that Oniguruma gives it: code points, Unicode classes, leftmost match by backtracking.</summary>
/// <remarks>
/// .NET's own engine works on UTF-16 units, where <c>\p{L}</c> misses letters outside the first plane, and takes its tables from the runtime.
/// Patterns of tokenizers are few and simple, so a small engine serves them exactly, and without code generation at run time.
/// </remarks>
internal sealed class RegexPattern : TextPattern
{
    private readonly string _pattern;
    private readonly RegexNode _root;
    private readonly int _loopCount;
    private readonly FirstSet _first;

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="FormatException">The pattern is malformed or uses what the engine lacks; the message names it.</exception>
    public RegexPattern(string pattern)
    {
        _pattern = pattern;
        (_root, _loopCount) = new RegexParser(pattern).Parse();
        _first = _root.First();
    }

    public override bool Find(ReadOnlySpan<char> text, ref PatternCursor cursor, out int start, out int end)
    {
        Span<int> loops = stackalloc int[_loopCount];
        var state = new MatchState { Text = text, LoopStarts = loops, Budget = cursor.Budget };
        for (var at = cursor.Position; at <= text.Length; at += at < text.Length && char.IsHighSurrogate(text[at]) ? 2 : 1)
        {
            if (!_first.MayStart(text, at))
                continue;
            var matchEnd = _root.Match(ref state, at);
            if (state.Budget < 0)
                throw new InvalidOperationException($"The pattern \"{_pattern}\" of the tokenizer backtracks without bound on a text of {text.Length} characters. Split the text into shorter parts.");
            if (matchEnd < 0 || matchEnd == at && at == cursor.LastEnd)
                continue;

            cursor.Budget = state.Budget;
            cursor.Position = cursor.LastEnd = matchEnd;
            (start, end) = (at, matchEnd);
            return true;
        }

        start = end = text.Length;
        return false;
    }
}
