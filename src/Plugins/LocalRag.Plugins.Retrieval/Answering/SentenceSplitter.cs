using System.Buffers;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Cuts a passage of prose or Markdown into sentences, list items, table rows and code blocks.</summary>
/// <remarks>
/// The ranges are offsets into the given text and never overlap; together they hold every character that is not white
/// space. A full stop ends a sentence only before white space and something that can begin one, so "e.g. this",
/// "version 3.5" and "J. Smith" stay whole. Safe for concurrent use; the time is linear in the length of the text.
/// </remarks>
public static class SentenceSplitter
{
    private static readonly SearchValues<char> Closers = SearchValues.Create("\"')]}»”’*_`");

    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "e.g", "i.e", "cf", "vs", "etc", "al", "mr", "mrs", "ms", "dr", "prof", "st", "no", "nr", "fig", "figs", "eq", "sec",
        "ch", "vol", "pp", "ed", "eds", "approx", "incl", "resp", "inc", "ltd", "co", "jan", "feb", "mar", "apr", "jun", "jul",
        "aug", "sep", "sept", "oct", "nov", "dec",
    };

    /// <summary>Finds the sentences of <paramref name="text"/> in order.</summary>
    /// <param name="text">The passage; may be empty.</param>
    /// <returns>Start and end offsets; a fenced code block is one range, a heading, a table row and a list item begin a new one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static IReadOnlyList<Range> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Split(text, 0, text.Length);
    }

    /// <summary>Finds the sentences of a part of a text; the ranges are offsets into the whole.</summary>
    internal static IReadOnlyList<Range> Split(string text, int start, int end)
    {
        var sentences = new List<Range>();
        var position = start;
        while (position < end)
        {
            var lineEnd = EndOfLine(text, position, end);
            var line = text.AsSpan(position, lineEnd - position);
            var content = line.TrimStart();
            if (Fence(content) is { Length: > 0 } fence)
            {
                Prose(text, start, position, sentences);
                var blockEnd = EndOfFence(text, lineEnd, end, fence);
                Add(text, position, blockEnd, sentences);
                position = start = blockEnd;
                continue;
            }

            if (BeginsUnit(content))
            {
                Prose(text, start, position, sentences);
                start = position;
            }

            if (content.IsEmpty || content[0] is '#' or '|')
            {
                Prose(text, start, lineEnd, sentences);
                start = lineEnd;
            }

            position = lineEnd;
        }

        Prose(text, start, end, sentences);
        return sentences;
    }

    private static int EndOfLine(string text, int position, int end)
    {
        var newline = text.IndexOf('\n', position, end - position);
        return newline < 0 ? end : newline + 1;
    }

    private static string Fence(ReadOnlySpan<char> content) =>
        content.StartsWith("```") ? "```" : content.StartsWith("~~~") ? "~~~" : "";

    private static int EndOfFence(string text, int position, int end, string fence)
    {
        while (position < end)
        {
            var lineEnd = EndOfLine(text, position, end);
            if (text.AsSpan(position, lineEnd - position).TrimStart().StartsWith(fence))
            {
                return lineEnd;
            }

            position = lineEnd;
        }

        return position;
    }

    private static bool BeginsUnit(ReadOnlySpan<char> content)
    {
        if (content.IsEmpty || content[0] is '#' or '|' or '>')
        {
            return true;
        }

        if (content[0] is '-' or '*' or '+')
        {
            return content.Length > 1 && content[1] is ' ' or '\t';
        }

        var digits = content.IndexOfAnyExceptInRange('0', '9');
        return digits is > 0 and <= 3 && content.Length > digits + 1 && content[digits] is '.' or ')' && content[digits + 1] == ' ';
    }

    private static void Prose(string text, int start, int end, List<Range> sentences)
    {
        for (var i = start; i < end; i++)
        {
            if (EndsSentence(text, start, i, end) is var stop && stop > 0)
            {
                Add(text, start, stop, sentences);
                start = stop;
                i = stop - 1;
            }
        }

        Add(text, start, end, sentences);
    }

    // The end of the sentence that closes at the mark text[i], or 0 where none does.
    private static int EndsSentence(string text, int start, int i, int end)
    {
        var mark = text[i];
        if (mark is '。' or '！' or '？')
        {
            return i + 1;
        }

        if (mark is not ('.' or '!' or '?' or '…'))
        {
            return 0;
        }

        var next = i + 1;
        while (next < end && (text[next] is '.' or '!' or '?' || Closers.Contains(text[next])))
        {
            next++;
        }

        if (next >= end || !char.IsWhiteSpace(text[next]) || (mark == '.' && next == i + 1 && IsAbbreviation(text, start, i)))
        {
            return 0;
        }

        var following = next;
        while (following < end && char.IsWhiteSpace(text[following]))
        {
            following++;
        }

        return following < end && mark == '.' && char.IsLower(text[following]) ? 0 : next;
    }

    private static bool IsAbbreviation(string text, int start, int stop)
    {
        var word = stop;
        while (word > start && (char.IsLetter(text[word - 1]) || text[word - 1] == '.'))
        {
            word--;
        }

        if (stop - word == 1)
        {
            return char.IsUpper(text[word]);
        }

        return stop - word <= 6 && Abbreviations.Contains(text[word..stop]);
    }

    private static void Add(string text, int start, int end, List<Range> sentences)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        if (end > start)
        {
            sentences.Add(start..end);
        }
    }
}
