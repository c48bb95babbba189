namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Splits at single code points: white space, punctuation, digits or a given delimiter.</summary>
/// <param name="isDelimiter">True for the code points to split at.</param>
/// <param name="behavior">What becomes of them.</param>
internal sealed class CharSplitPreTokenizer(Func<int, bool> isDelimiter, SplitBehavior behavior) : SplittingPreTokenizer
{
    protected override void Split(ReadOnlySpan<char> text, int start, PieceList target)
    {
        var splitter = new PieceSplitter(behavior, start, target);
        var last = 0;
        for (int i = 0, length; i < text.Length; i += length)
        {
            if (!isDelimiter(CodePoint.At(text, i, out length)))
                continue;
            if (i > last)
                splitter.Add(last, i, false);
            splitter.Add(i, i + length, true);
            last = i + length;
        }

        if (last < text.Length)
            splitter.Add(last, text.Length, false);
        splitter.Finish();
    }
}
