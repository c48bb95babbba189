namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>One decoding step: rewrites the list of token texts, which are joined at the end.</summary>
internal abstract class TokenDecoder
{
    public abstract void Apply(List<string> tokens);
}
