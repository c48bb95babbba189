namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Replaces every match of a pattern by a text.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        var text = source.Chars;
        var cursor = new PatternCursor(text.Length);
        var kept = 0;
        var changed = false;
        while (pattern.Find(text, ref cursor, out var start, out var end))
        {
            changed = true;
            target.AppendFrom(source, kept, start - kept);
            target.AppendText(content, source, start, end - start);
            kept = end;
        }

        if (changed)
            target.AppendFrom(source, kept, text.Length - kept);
        return changed;
    }
}
