namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Puts spaces between words and glues continuations; optionally tidies the spaces before punctuation.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : TokenDecoder
{
    private static readonly (string From, string To)[] Tidy =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public override void Apply(List<string> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i > 0)
                tokens[i] = tokens[i].StartsWith(prefix, StringComparison.Ordinal) ? tokens[i][prefix.Length..] : " " + tokens[i];
            if (cleanup)
                tokens[i] = CleanUp(tokens[i]);
        }
    }

    public static string CleanUp(string text)
    {
        foreach (var (from, to) in Tidy)
            text = text.Replace(from, to, StringComparison.Ordinal);
        return text;
    }
}
