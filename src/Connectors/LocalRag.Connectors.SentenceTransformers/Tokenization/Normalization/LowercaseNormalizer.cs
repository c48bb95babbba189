namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Lower case, code point by code point and without context, as Rust does it for single chars.</summary>
internal sealed class LowercaseNormalizer : Normalizer
{
    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        var text = source.Chars;
        for (var i = 0; i < text.Length;)
        {
            var ascii = text[i..].IndexOfAnyExceptInRange('\0', '\x7F');
            if (ascii < 0)
                ascii = text.Length - i;
            if (ascii > 0)
            {
                System.Text.Ascii.ToLower(text.Slice(i, ascii), target.AppendMany(source, i, ascii), out _);
                i += ascii;
                continue;
            }

            var codePoint = CodePoint.At(text, i, out var length);
            target.AppendCodePoint(CodePoint.ToLower(codePoint), source, i, length);
            if (codePoint == CodePoint.CapitalDottedI)
                target.Append((char)CodePoint.CombiningDot, source, i, length);
            i += length;
        }

        return true;
    }
}
