namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Turns marks back into spaces; those of the first token vanish if the encoder put one there.</summary>
internal sealed class MetaspaceDecoder(char replacement, PrependScheme prepend) : TokenDecoder
{
    public override void Apply(List<string> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            tokens[i] = i == 0 && prepend != PrependScheme.Never
                ? tokens[i].Replace(replacement.ToString(), "", StringComparison.Ordinal)
                : tokens[i].Replace(replacement, ' ');
        }
    }
}
