using System.Globalization;
using System.Text;

namespace LocalRag.Connectors.InMemory;

/// <summary>What a character means for word boundaries.</summary>
internal enum CharacterKind
{
    /// <summary>Separates words.</summary>
    Other,

    /// <summary>Letters, marks and connecting punctuation such as the underscore.</summary>
    Letter,

    /// <summary>Decimal digits.</summary>
    Digit,

    /// <summary>Written without spaces: Han, Kana, Hangul.</summary>
    Cjk,

    /// <summary>Emoji and other symbols beyond the basic plane, each a word.</summary>
    Symbol,
}

/// <summary>Classifies characters by category and block.</summary>
internal static class TextScript
{
    public static CharacterKind KindAt(string text, int position, out int length)
    {
        var c = text[position];
        if (char.IsAscii(c))
        {
            length = 1;
            return char.IsAsciiLetter(c) || c == '_' ? CharacterKind.Letter : char.IsAsciiDigit(c) ? CharacterKind.Digit : CharacterKind.Other;
        }

        if (!Rune.TryGetRuneAt(text, position, out var rune))
        {
            length = 1;
            return CharacterKind.Other;
        }

        length = rune.Utf16SequenceLength;
        if (IsCjk(rune.Value))
            return CharacterKind.Cjk;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
                or UnicodeCategory.ConnectorPunctuation => CharacterKind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber => CharacterKind.Digit,
            UnicodeCategory.OtherSymbol when length == 2 => CharacterKind.Symbol,
            _ => CharacterKind.Other,
        };
    }

    public static bool JoinsLetters(char c) => c is '\'' or '\u2019' or '.' or ':' or '\u00B7';

    public static bool JoinsDigits(char c) => c is ',' or '.' or ';' or '\'';

    private static bool IsCjk(int c) =>
        c is >= 0x3040 and <= 0x30FF or >= 0x31F0 and <= 0x31FF     // Hiragana, Katakana
            or >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF   // Han
            or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x323AF
            or 0x3005 or 0x3007
            or >= 0xFF66 and <= 0xFF9F                              // half-width Katakana
            or >= 0x1100 and <= 0x11FF or >= 0x3130 and <= 0x318F or >= 0xAC00 and <= 0xD7AF; // Hangul
}
