namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

internal sealed partial class TextTokenizer
{
    /// <summary>The tokens of a text with their ranges in it, without special tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokens">How many tokens are wanted; a long text is not tokenized much further.</param>
    public TokenRange[] EncodeRanges(ReadOnlySpan<char> text, int maxTokens = int.MaxValue)
    {
        var workspace = EncodingWorkspace.Rent();
        try
        {
            var tokens = workspace.First;
            Tokenize(text, workspace, tokens, maxTokens, tracks: true);
            var ranges = new TokenRange[tokens.Count];
            for (var i = 0; i < ranges.Length; i++)
                ranges[i] = new(tokens.Ids[i], tokens.Starts[i], tokens.Ends[i]);
            return ranges;
        }
        finally
        {
            workspace.Return();
        }
    }

    /// <summary>How long a beginning of the text may be that has at most so many tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokens">Most tokens, special ones not counted.</param>
    /// <param name="tokenCount">Tokens of that beginning.</param>
    public int PrefixLength(ReadOnlySpan<char> text, int maxTokens, out int tokenCount)
    {
        var ranges = EncodeRanges(text, maxTokens == int.MaxValue ? maxTokens : maxTokens + 1);
        tokenCount = Math.Min(maxTokens, ranges.Length);
        if (tokenCount == ranges.Length)
            return text.Length;
        // A character is not cut between its byte tokens.
        while (tokenCount > 0 && ranges[tokenCount].Start < ranges[tokenCount - 1].End)
            tokenCount--;
        return tokenCount == 0 ? 0 : ranges[tokenCount - 1].End;
    }

    /// <summary>Where an end of the text may begin that has at most so many tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokens">Most tokens, special ones not counted.</param>
    /// <param name="tokenCount">Tokens of that end.</param>
    public int SuffixStart(ReadOnlySpan<char> text, int maxTokens, out int tokenCount)
    {
        var ranges = EncodeRanges(text);
        var first = Math.Max(0, ranges.Length - maxTokens);
        while (first > 0 && first < ranges.Length && ranges[first].Start < ranges[first - 1].End)
            first++;
        tokenCount = ranges.Length - first;
        return first == 0 ? 0 : first == ranges.Length ? text.Length : ranges[first].Start;
    }
}
