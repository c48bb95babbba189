using System.Text;

namespace RagDemo.Commands;

/// <summary>What may be written to a terminal.</summary>
internal static class Terminal
{
    /// <summary>Documents and file names may hold escape codes that would steer the terminal; only printable characters, line breaks and tabs pass.</summary>
    public static string Plain(string text)
    {
        if (!text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            plain.Append(char.IsControl(character) && character is not ('\n' or '\r' or '\t') ? '\uFFFD' : character);
        }

        return plain.ToString();
    }

    /// <summary>One line of at most <paramref name="width"/> characters.</summary>
    public static string Line(string text, int width)
    {
        var folded = string.Join(' ', Plain(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return folded.Length <= width ? folded : folded[..(width - 1)] + "…";
    }
}
