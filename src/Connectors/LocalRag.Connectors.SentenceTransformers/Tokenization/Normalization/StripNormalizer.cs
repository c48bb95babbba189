namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Removes white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        var text = source.Chars;
        var (start, end) = (0, text.Length);
        while (left && start < end && CodePoint.IsWhiteSpace(text[start]))
            start++;
        while (right && end > start && CodePoint.IsWhiteSpace(text[end - 1]))
            end--;
        if (start == 0 && end == text.Length)
            return false;
        target.AppendFrom(source, start, end - start);
        return true;
    }
}
