namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The cleaning of neural translation models: some controls vanish, odd spaces become plain ones.</summary>
internal sealed class NmtNormalizer : Normalizer
{
    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        var text = source.Chars;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is (>= '\x01' and <= '\x08') or '\x0B' or (>= '\x0E' and <= '\x1F') or '\x7F' or '\u008F' or '\u009F')
                continue;
            var isSpace = c is '\t' or '\n' or '\f' or '\r' or '\u1680' or (>= '\u200B' and <= '\u200F') or '\u2028' or '\u2029' or '\u2581' or '\uFEFF' or '\uFFFD';
            target.Append(isSpace ? ' ' : c, source, i, 1);
        }

        return true;
    }
}
