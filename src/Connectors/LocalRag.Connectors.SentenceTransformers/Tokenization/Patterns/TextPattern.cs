namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>What <c>Split</c> and <c>Replace</c> look for: a literal or a regular expression.</summary>
internal abstract class TextPattern
{
    /// <summary>Finds the next match at or after <see cref="PatternCursor.Position"/>.</summary>
    public abstract bool Find(ReadOnlySpan<char> text, ref PatternCursor cursor, out int start, out int end);
}
