namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Cuts into pieces of a fixed number of code points.</summary>
internal sealed class FixedLengthPreTokenizer(int codePoints) : SplittingPreTokenizer
{
    protected override void Split(ReadOnlySpan<char> text, int start, PieceList target)
    {
        var (last, count) = (0, 0);
        for (int i = 0, length; i < text.Length; i += length)
        {
            CodePoint.At(text, i, out length);
            if (++count < codePoints)
                continue;
            target.Add(start + last, i + length - last);
            (last, count) = (i + length, 0);
        }

        target.Add(start + last, text.Length - last);
    }
}
