namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The four normalisation forms of Unicode Standard Annex 15, with the data of Unicode 9.0.</summary>
internal static class UnicodeNormalization
{
    /// <summary>Longest full decomposition, in code points (U+FDFA).</summary>
    public const int MaxDecomposition = 18;

    private const int HangulBase = 0xAC00, HangulCount = 11172, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7, VowelCount = 21, TrailCount = 28, LeadCount = 19;

    /// <summary>Writes the full decomposition, or the code point itself, and returns its length.</summary>
    public static int Decompose(int codePoint, bool compatibly, Span<int> parts)
    {
        var flag = compatibly ? CodePoint.DecomposesCompatibly : CodePoint.Decomposes;
        if (codePoint < 0xA0 || (UnicodeTables.Record(codePoint) & flag) == 0)
        {
            parts[0] = codePoint;
            return 1;
        }

        var syllable = codePoint - HangulBase;
        if ((uint)syllable < HangulCount)
        {
            parts[0] = LeadBase + syllable / (VowelCount * TrailCount);
            parts[1] = VowelBase + syllable % (VowelCount * TrailCount) / TrailCount;
            parts[2] = TrailBase + syllable % TrailCount;
            return syllable % TrailCount == 0 ? 2 : 3;
        }

        var found = (compatibly ? UnicodeTables.Compatible : UnicodeTables.Canonical).Find(codePoint);
        found.CopyTo(parts);
        return found.Length;
    }

    /// <summary>The composite of two code points, or -1.</summary>
    public static int Compose(int first, int second)
    {
        var lead = first - LeadBase;
        var vowel = second - VowelBase;
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
            return HangulBase + (lead * VowelCount + vowel) * TrailCount;

        var syllable = first - HangulBase;
        var trail = second - TrailBase;
        if ((uint)syllable < HangulCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
            return first + trail;

        return UnicodeTables.TryCompose(first, second, out var composite) ? composite : -1;
    }
}
