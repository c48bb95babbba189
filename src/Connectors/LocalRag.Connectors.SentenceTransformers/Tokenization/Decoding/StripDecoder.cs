namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Removes up to so many of one char at the ends of every token.</summary>
internal sealed class StripDecoder(char content, int start, int stop) : TokenDecoder
{
    public override void Apply(List<string> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var (first, last) = (0, token.Length);
            while (first < start && first < token.Length && token[first] == content)
                first++;
            while (token.Length - last < stop && last > first && token[last - 1] == content)
                last--;
            tokens[i] = token[first..last];
        }
    }
}
