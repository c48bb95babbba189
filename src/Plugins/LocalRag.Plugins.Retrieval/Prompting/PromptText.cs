using System.Globalization;
using System.Text;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Makes text of unknown origin safe to stand between delimiters in a prompt.</summary>
internal static class PromptText
{
    /// <summary>
    /// Escapes what could close or open a delimiter, and takes out what a reader would not see: control characters but
    /// line breaks and tabs, direction overrides, tag characters, halves of surrogate pairs.
    /// </summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    escaped.Append("&gt;");
                    break;
                case '"':
                    escaped.Append("&quot;");
                    break;
                case '\r':
                    break;
                case '\n' or '\t':
                    escaped.Append((char)rune.Value);
                    break;
                case >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or >= 0xE0000 and <= 0xE007F:
                    break;
                default:
                    escaped.Append(Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control ? " " : rune.ToString());
                    break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>The longest beginning of a text that ends between words and passes a test, which longer beginnings must not pass more often.</summary>
    public static string LongestFitting(string text, Func<string, bool> fits)
    {
        int low = 0, high = text.Length;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (fits(text[..middle]))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        int end = low == text.Length ? low : text.LastIndexOfAny([' ', '\n', '\t'], Math.Max(low - 1, 0));
        end = end <= 0 ? low : end;
        return text[..(end > 0 && end < text.Length && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)];
    }
}
