namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Puts a text in front of any text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        if (source.Length == 0 || prefix.Length == 0)
            return false;
        target.AppendText(prefix, source, 0, 0);
        target.AppendFrom(source, 0, source.Length);
        return true;
    }
}
