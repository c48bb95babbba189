namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Extended grapheme clusters of Unicode Standard Annex 29.</summary>
/// <remarks>The rule for Indic conjuncts is left out: it joins clusters that are longer than any the charsmap looks at.</remarks>
internal static class GraphemeClusters
{
    private enum Class
    {
        Other,
        CarriageReturn,
        LineFeed,
        Control,
        Extend,
        Joiner,
        RegionalIndicator,
        Prepend,
        SpacingMark,
        Lead,
        Vowel,
        Trail,
        LeadVowel,
        LeadVowelTrail,
    }

    /// <summary>The end of the cluster that begins at <paramref name="start"/>.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        var codePoint = CodePoint.At(text, start, out var length);
        var at = start + length;
        if (at < text.Length && codePoint < 128 && text[at] < 128 && codePoint != '\r')
            return at;

        var before = ClassOf(codePoint, out var pictographic);
        var indicators = before == Class.RegionalIndicator ? 1 : 0;
        var joined = false;
        while (at < text.Length)
        {
            var after = ClassOf(CodePoint.At(text, at, out length), out var nextPictographic);
            if (!Joins(before, after, joined && nextPictographic, indicators))
                break;
            // A joiner after a pictograph and its extenders binds the next pictograph.
            joined = pictographic && after == Class.Joiner;
            pictographic = nextPictographic || pictographic && after == Class.Extend;
            indicators = after == Class.RegionalIndicator ? indicators + 1 : 0;
            before = after;
            at += length;
        }

        return at;
    }

    private static bool Joins(Class before, Class after, bool pictographSequence, int indicators)
    {
        if (before == Class.CarriageReturn)
            return after == Class.LineFeed;
        if (before is Class.LineFeed or Class.Control || after is Class.CarriageReturn or Class.LineFeed or Class.Control)
            return false;
        if (after is Class.Extend or Class.Joiner or Class.SpacingMark || before == Class.Prepend || pictographSequence)
            return true;
        return before switch
        {
            Class.Lead => after is Class.Lead or Class.Vowel or Class.LeadVowel or Class.LeadVowelTrail,
            Class.LeadVowel or Class.Vowel => after is Class.Vowel or Class.Trail,
            Class.LeadVowelTrail or Class.Trail => after == Class.Trail,
            Class.RegionalIndicator => after == Class.RegionalIndicator && indicators % 2 == 1,
            _ => false,
        };
    }

    private static Class ClassOf(int codePoint, out bool pictographic)
    {
        var record = UnicodeTables.Record(codePoint);
        pictographic = (record & CodePoint.Pictographic) != 0;
        return (Class)(record >> (int)CodePoint.ClusterShift & CodePoint.ClusterMask);
    }
}
