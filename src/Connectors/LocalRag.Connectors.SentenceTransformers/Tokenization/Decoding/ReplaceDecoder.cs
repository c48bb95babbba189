using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Replaces the matches of a pattern in every token.</summary>
internal sealed class ReplaceDecoder(TextPattern pattern, string content) : TokenDecoder
{
    public override void Apply(List<string> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var cursor = new PatternCursor(token.Length);
            var text = new StringBuilder();
            var kept = 0;
            while (pattern.Find(token, ref cursor, out var start, out var end))
            {
                text.Append(token, kept, start - kept).Append(content);
                kept = end;
            }

            tokens[i] = text.Append(token, kept, token.Length - kept).ToString();
        }
    }
}
