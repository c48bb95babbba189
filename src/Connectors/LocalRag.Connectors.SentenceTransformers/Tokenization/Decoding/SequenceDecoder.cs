namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Steps one after the other.</summary>
internal sealed class SequenceDecoder(TokenDecoder[] steps) : TokenDecoder
{
    public override void Apply(List<string> tokens)
    {
        foreach (var step in steps)
            step.Apply(tokens);
    }
}
