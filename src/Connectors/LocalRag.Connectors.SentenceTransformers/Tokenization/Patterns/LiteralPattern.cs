namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>An exact text.</summary>
internal sealed class LiteralPattern(string literal) : TextPattern
{
    public override bool Find(ReadOnlySpan<char> text, ref PatternCursor cursor, out int start, out int end)
    {
        var found = literal.Length == 0 || cursor.Position > text.Length ? -1 : text[cursor.Position..].IndexOf(literal, StringComparison.Ordinal);
        start = cursor.Position + found;
        end = cursor.Position = start + literal.Length;
        return found >= 0;
    }
}
