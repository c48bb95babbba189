namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Finds added tokens: leftmost first, of those the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly TokenTrie _trie;
    private readonly AddedToken[] _tokens;
    private readonly System.Buffers.SearchValues<char> _firstChars;

    /// <summary>Builds a matcher.</summary>
    /// <param name="tokens">Tokens with the text by which each is found; of two with the same text the last one is found.</param>
    public AddedTokenMatcher(IReadOnlyList<(string Text, AddedToken Token)> tokens)
    {
        _tokens = [.. tokens.Select(t => t.Token)];
        _trie = new(tokens.Sum(t => t.Text.Length) + 16);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Text.Length > 0)
                _trie.Add(tokens[i].Text, i);
        }

        _firstChars = System.Buffers.SearchValues.Create([.. tokens.Where(t => t.Text.Length > 0).Select(t => t.Text[0]).Distinct()]);
    }

    /// <summary>Finds the next added token at or after <paramref name="from"/>, with the white space that it takes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where to begin; the last match ended there.</param>
    /// <param name="start">First char of the match.</param>
    /// <param name="end">The char after it.</param>
    /// <returns>The token, or null.</returns>
    public AddedToken? FindNext(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        for (var at = from; at < text.Length;)
        {
            var candidate = text[at..].IndexOfAny(_firstChars);
            if (candidate < 0)
                break;
            at += candidate;
            var (index, length) = _trie.LongestPrefix(text[at..]);
            if (length == 0)
            {
                at++;
                continue;
            }

            var token = _tokens[index];
            (start, end) = (at, at + length);
            if (token.SingleWord && !IsSingleWord(text, start, end))
            {
                at = end;
                continue;
            }

            while (token.LeftStrip && start > from && CodePoint.IsWhiteSpace(text[start - 1]))
                start--;
            while (token.RightStrip && end < text.Length && CodePoint.IsWhiteSpace(text[end]))
                end++;
            return token;
        }

        start = end = text.Length;
        return null;
    }

    private static bool IsSingleWord(ReadOnlySpan<char> text, int start, int end) =>
        (start == 0 || !CodePoint.IsWord(CodePoint.Before(text, start, out _))) && (end == text.Length || !CodePoint.IsWord(CodePoint.At(text, end, out _)));
}
