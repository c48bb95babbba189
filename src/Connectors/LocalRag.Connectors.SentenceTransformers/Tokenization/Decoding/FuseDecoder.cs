namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Joins all tokens, so that later steps see one text.</summary>
internal sealed class FuseDecoder : TokenDecoder
{
    public override void Apply(List<string> tokens)
    {
        var text = string.Concat(tokens);
        tokens.Clear();
        tokens.Add(text);
    }
}
