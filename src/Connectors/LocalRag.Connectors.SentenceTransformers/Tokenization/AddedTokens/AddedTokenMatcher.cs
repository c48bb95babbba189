namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Finds added tokens: leftmost first, of those the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly TokenTrie _trie;
    private readonly AddedToken[] _tokens;
    private readonly System.Buffers.SearchValues<char> _firstChars;

    /// <summary>Builds a matcher.</summary>
    /// <param name="tokens">Tokens with the text by which each is found; of two with the same text the first one is found.</param>
    public AddedTokenMatcher(IReadOnlyList<(string Text, AddedToken Token)> tokens)
    {
        _tokens = [.. tokens.Select(t => t.Token)];
        _trie = new(tokens.Sum(t => t.Text.Length) + 16);
        for (var i = tokens.Count - 1; i >= 0; i--)
        {
            if (tokens[i].Text.Length > 0)
                _trie.Add(tokens[i].Text, i);
        }

        _firstChars = System.Buffers.SearchValues.Create([.. tokens.Where(t => t.Text.Length > 0).Select(t => t.Text[0]).Distinct()]);
    }

    /// <summary>Finds the next added token, with the white space that it takes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="search">Where to search from, zero at first. It moves behind the token itself: white space that one token took may be part of the next.</param>
    /// <param name="from">End of the match before, with its white space.</param>
    /// <param name="start">First char of the match.</param>
    /// <param name="end">The char after it.</param>
    /// <returns>The token, or null.</returns>
    public AddedToken? FindNext(ReadOnlySpan<char> text, ref int search, int from, out int start, out int end)
    {
        while (search < text.Length)
        {
            var candidate = text[search..].IndexOfAny(_firstChars);
            if (candidate < 0)
                break;
            start = search + candidate;
            var (index, length) = _trie.LongestPrefix(text[start..]);
            search = start + Math.Max(length, 1);
            end = search;
            if (length == 0 || _tokens[index].SingleWord && !IsSingleWord(text, start, end))
                continue;

            var token = _tokens[index];
            while (token.LeftStrip && start > from && CodePoint.IsWhiteSpace(text[start - 1]))
                start--;
            while (token.RightStrip && end < text.Length && CodePoint.IsWhiteSpace(text[end]))
                end++;
            return token;
        }

        search = start = end = text.Length;
        return null;
    }

    private static bool IsSingleWord(ReadOnlySpan<char> text, int start, int end) =>
        (start == 0 || !CodePoint.IsWord(CodePoint.Before(text, start, out _))) && (end == text.Length || !CodePoint.IsWord(CodePoint.At(text, end, out _)));
}
