using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The text as it enters the tokenizer: valid UTF-16.</summary>
internal static class SourceText
{
    /// <summary>Replaces every lone surrogate by U+FFFD, one for one so that offsets stay; text without any is returned as it is.</summary>
    public static ReadOnlySpan<char> Sanitize(ReadOnlySpan<char> text)
    {
        var lone = FirstLoneSurrogate(text);
        if (lone < 0)
            return text;

        var copy = text.ToArray();
        for (var at = lone; at >= 0;)
        {
            copy[at] = (char)Rune.ReplacementChar.Value;
            var next = FirstLoneSurrogate(copy.AsSpan(at + 1));
            at = next < 0 ? -1 : at + 1 + next;
        }

        return copy;
    }

    private static int FirstLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var start = 0; start < text.Length;)
        {
            var found = text[start..].IndexOfAnyInRange('\uD800', '\uDFFF');
            if (found < 0)
                return -1;
            start += found;
            if (!char.IsHighSurrogate(text[start]) || start + 1 == text.Length || !char.IsLowSurrogate(text[start + 1]))
                return start;
            start += 2;
        }

        return -1;
    }
}
