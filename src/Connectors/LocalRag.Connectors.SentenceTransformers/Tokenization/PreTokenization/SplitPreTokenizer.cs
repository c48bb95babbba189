namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Splits at the matches of a pattern, or, inverted, at what lies between them.</summary>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) : SplittingPreTokenizer
{
    protected override void Split(ReadOnlySpan<char> text, int start, PieceList target)
    {
        var splitter = new PieceSplitter(behavior, start, target);
        var cursor = new PatternCursor(text.Length);
        var last = 0;
        while (pattern.Find(text, ref cursor, out var matchStart, out var matchEnd))
        {
            if (matchStart > last)
                splitter.Add(last, matchStart, invert);
            splitter.Add(matchStart, matchEnd, !invert);
            last = matchEnd;
        }

        if (last < text.Length)
            splitter.Add(last, text.Length, invert);
        splitter.Finish();
    }
}
