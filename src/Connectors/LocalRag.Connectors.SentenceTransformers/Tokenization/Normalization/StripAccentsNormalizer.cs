namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Drops combining marks; what is composed stays composed, so a decomposition normally goes before.</summary>
internal sealed class StripAccentsNormalizer : Normalizer
{
    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        var text = source.Chars;
        var kept = 0;
        for (int i = 0, length; i < text.Length; i += length)
        {
            if (text[i] < 0x300)
            {
                length = 1;
                continue;
            }

            if (!CodePoint.IsMark(CodePoint.At(text, i, out length)))
                continue;
            target.AppendFrom(source, kept, i - kept);
            kept = i + length;
        }

        if (kept == 0)
            return false;
        target.AppendFrom(source, kept, text.Length - kept);
        return true;
    }
}
