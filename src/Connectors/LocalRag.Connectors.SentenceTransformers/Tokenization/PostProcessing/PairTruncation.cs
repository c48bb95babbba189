namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>How many tokens of each text stay.</summary>
internal static class PairTruncation
{
    /// <summary>Lengths after truncation, in closed form.</summary>
    /// <param name="first">Tokens of the first text.</param>
    /// <param name="second">Tokens of the second text.</param>
    /// <param name="room">Tokens that may stay of both together.</param>
    /// <param name="strategy">Which text gives.</param>
    /// <exception cref="ArgumentException">The text that may be cut is too short for that.</exception>
    public static (int First, int Second) Lengths(int first, int second, int room, TruncationStrategy strategy)
    {
        if (room <= 0)
            return (0, 0);
        var excess = first + second - room;
        if (excess <= 0)
            return (first, second);

        switch (strategy)
        {
            case TruncationStrategy.LongestFirst:
                var swapped = first > second;
                var (shorter, longer) = swapped ? (second, first) : (first, second);
                longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
                if (shorter + longer > room)
                {
                    shorter = room / 2;
                    longer = shorter + room % 2;
                }

                return swapped ? (longer, shorter) : (shorter, longer);
            case TruncationStrategy.OnlyFirst:
                return first > excess ? (first - excess, second) : throw TooShort("first", second, room);
            case TruncationStrategy.OnlySecond:
                return second > excess ? (first, second - excess) : throw TooShort("second", first, room);
            default:
                throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Use LongestFirst, OnlyFirst or OnlySecond.");
        }
    }

    private static ArgumentException TooShort(string which, int otherTokens, int room) =>
        new($"Only the {which} text of the pair may be cut, but the other one alone has {otherTokens} or more of the {room} tokens that there is room for. Raise the maximum length or use TruncationStrategy.LongestFirst.");
}
