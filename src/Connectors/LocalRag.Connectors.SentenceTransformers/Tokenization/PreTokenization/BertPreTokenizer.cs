namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Splits at white space and makes each punctuation mark a piece of its own.</summary>
internal sealed class BertPreTokenizer : SplittingPreTokenizer
{
    private enum Kind : byte
    {
        Word,
        Space,
        Punctuation,
    }

    private static readonly Kind[] AsciiKinds = [.. Enumerable.Range(0, 128).Select(KindOf)];

    protected override void Split(ReadOnlySpan<char> text, int start, PieceList target)
    {
        var wordStart = 0;
        for (int i = 0, length; i < text.Length; i += length)
        {
            length = 1;
            int c = text[i];
            var kind = c < 128 ? AsciiKinds[c] : KindOf(CodePoint.At(text, i, out length));
            if (kind == Kind.Word)
                continue;
            target.Add(start + wordStart, i - wordStart);
            if (kind == Kind.Punctuation)
                target.Add(start + i, length);
            wordStart = i + length;
        }

        target.Add(start + wordStart, text.Length - wordStart);
    }

    private static Kind KindOf(int codePoint) =>
        CodePoint.IsWhiteSpace(codePoint) ? Kind.Space : CodePoint.IsBertPunctuation(codePoint) ? Kind.Punctuation : Kind.Word;
}
