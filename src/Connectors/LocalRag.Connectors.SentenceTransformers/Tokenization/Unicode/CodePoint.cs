using System.Globalization;
using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The questions that tokenizers ask about a code point, answered as Rust and the crates behind <c>tokenizers</c> answer them.</summary>
internal static class CodePoint
{
    public const uint ClusterShift = 5, ClusterMask = 15, CombiningShift = 9, CombiningMask = 255;
    public const uint Pictographic = 1u << 17, Word = 1u << 18, Number = 1u << 19, OldPunctuation = 1u << 20, OldNonSpacingMark = 1u << 21, OldOther = 1u << 22;
    public const uint HasLower = 1u << 23, Decomposes = 1u << 24, DecomposesCompatibly = 1u << 25, NotNfc = 1u << 26, NotNfkc = 1u << 27, Mark = 1u << 28;

    /// <summary>Reads the code point at <paramref name="index"/>; <paramref name="length"/> is its number of chars. Text is known to hold no lone surrogate.</summary>
    public static int At(ReadOnlySpan<char> text, int index, out int length)
    {
        var c = text[index];
        if (!char.IsHighSurrogate(c))
        {
            length = 1;
            return c;
        }

        length = 2;
        return char.ConvertToUtf32(c, text[index + 1]);
    }

    /// <summary>Reads the code point that ends before <paramref name="end"/>.</summary>
    public static int Before(ReadOnlySpan<char> text, int end, out int length)
    {
        var c = text[end - 1];
        if (!char.IsLowSurrogate(c))
        {
            length = 1;
            return c;
        }

        length = 2;
        return char.ConvertToUtf32(text[end - 2], c);
    }

    /// <summary>Number of code points.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text)
            count += char.IsLowSurrogate(c) ? 0 : 1;
        return count;
    }

    public static int Utf8Length(int codePoint) => codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;

    /// <summary>Writes a code point as UTF-16 and returns the number of chars.</summary>
    public static int Write(int codePoint, Span<char> target) => new Rune(codePoint).EncodeToUtf16(target);

    /// <summary>The property White_Space, which Rust, the regex crate and Oniguruma share.</summary>
    public static bool IsWhiteSpace(int codePoint) => codePoint switch
    {
        ' ' or (>= 9 and <= 13) => true,
        < 0x80 => false,
        0x85 or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A) or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000 => true,
        _ => false,
    };

    /// <summary>ASCII punctuation and symbols, or category P of Unicode 8.0.</summary>
    public static bool IsBertPunctuation(int codePoint) =>
        codePoint < 0x80 ? char.IsAscii((char)codePoint) && IsAsciiPunctuation((char)codePoint) : (UnicodeTables.Record(codePoint) & OldPunctuation) != 0;

    public static bool IsAsciiPunctuation(char c) => c is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~');

    /// <summary>Control, format or private use of Unicode 8.0: what BERT drops.</summary>
    public static bool IsOther(int codePoint) => (UnicodeTables.Record(codePoint) & OldOther) != 0;

    public static bool IsOldNonSpacingMark(int codePoint) => (UnicodeTables.Record(codePoint) & OldNonSpacingMark) != 0;

    /// <summary>Categories Mn, Mc and Me of Unicode 9.0.</summary>
    public static bool IsMark(int codePoint) => (UnicodeTables.Record(codePoint) & Mark) != 0;

    /// <summary>Categories Nd, Nl and No of Unicode 17.0.</summary>
    public static bool IsNumber(int codePoint) => codePoint < 0x80 ? char.IsAsciiDigit((char)codePoint) : (UnicodeTables.Record(codePoint) & Number) != 0;

    /// <summary><c>\w</c> of the regex crate: Alphabetic, marks, decimal digits, connectors and join controls. Oniguruma's is another, see <see cref="CodePointSet.Word"/>.</summary>
    public static bool IsWord(int codePoint) => codePoint < 0x80
        ? char.IsAsciiLetterOrDigit((char)codePoint) || codePoint == '_'
        : (UnicodeTables.Record(codePoint) & Word) != 0;

    public static UnicodeCategory Category(int codePoint) => UnicodeTables.Category(codePoint);

    public static byte CombiningClass(int codePoint) => (byte)(UnicodeTables.Record(codePoint) >> (int)CombiningShift & CombiningMask);

    /// <summary>Lower case without context; U+0130 also yields a combining dot, see <see cref="CombiningDot"/>.</summary>
    public static int ToLower(int codePoint)
    {
        if (codePoint < 0x80)
            return codePoint is >= 'A' and <= 'Z' ? codePoint | 0x20 : codePoint;
        if ((UnicodeTables.Record(codePoint) & HasLower) == 0)
            return codePoint;
        if (codePoint == CapitalDottedI)
            return 'i';
        return UnicodeTables.LowerTo[Array.BinarySearch(UnicodeTables.LowerFrom, codePoint)];
    }

    /// <summary>The one code point whose lower case is two: i and a combining dot above.</summary>
    public const int CapitalDottedI = 0x130, CombiningDot = 0x307;

    /// <summary>The ideograph blocks that BERT sets apart by spaces, with the odd bound 2B920 of the library.</summary>
    public static bool IsBertIdeograph(int codePoint) => codePoint is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
