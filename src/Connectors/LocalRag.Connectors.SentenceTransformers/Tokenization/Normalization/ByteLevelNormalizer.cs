namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Writes every UTF-8 byte as a printable char.</summary>
internal sealed class ByteLevelNormalizer : Normalizer
{
    public override bool Apply(TextBuffer source, TextBuffer target)
    {
        ByteAlphabet.Append(source, 0, source.Length, target);
        return true;
    }
}
