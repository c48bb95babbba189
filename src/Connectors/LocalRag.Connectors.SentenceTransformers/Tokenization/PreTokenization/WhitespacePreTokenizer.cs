namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Runs of word characters, and runs of whatever else is not white space.</summary>
internal sealed class WhitespacePreTokenizer : SplittingPreTokenizer
{
    protected override void Split(ReadOnlySpan<char> text, int start, PieceList target)
    {
        var (runStart, runIsWord) = (-1, false);
        for (int i = 0, length; i < text.Length; i += length)
        {
            var codePoint = CodePoint.At(text, i, out length);
            var isWord = CodePoint.IsWord(codePoint);
            var isSpace = !isWord && CodePoint.IsWhiteSpace(codePoint);
            if (runStart >= 0 && (isSpace || isWord != runIsWord))
            {
                target.Add(start + runStart, i - runStart);
                runStart = -1;
            }

            if (!isSpace && runStart < 0)
                (runStart, runIsWord) = (i, isWord);
        }

        if (runStart >= 0)
            target.Add(start + runStart, text.Length - runStart);
    }
}
