namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Turns the suffix that ends words into spaces, except at the end of the text.</summary>
internal sealed class BpeDecoder(string suffix) : TokenDecoder
{
    public override void Apply(List<string> tokens)
    {
        for (var i = 0; i < tokens.Count && suffix.Length > 0; i++)
            tokens[i] = tokens[i].Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal);
    }
}
