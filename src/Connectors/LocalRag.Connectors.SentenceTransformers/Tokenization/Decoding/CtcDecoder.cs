namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Collapses repeated tokens and drops padding, as speech models need it.</summary>
internal sealed class CtcDecoder(string pad, string wordDelimiter, bool cleanup) : TokenDecoder
{
    public override void Apply(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i > 0 && tokens[i] == tokens[i - 1])
                continue;
            var text = pad.Length == 0 ? tokens[i] : tokens[i].Replace(pad, "", StringComparison.Ordinal);
            if (cleanup)
                text = WordPieceDecoder.CleanUp(text);
            if (cleanup && wordDelimiter.Length > 0)
                text = text.Replace(wordDelimiter, " ", StringComparison.Ordinal);
            if (text.Length > 0)
                result.Add(text);
        }

        tokens.Clear();
        tokens.AddRange(result);
    }
}
