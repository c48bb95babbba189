using System.Collections.Frozen;

namespace LocalRag.Connectors.InMemory;

/// <summary>Turns text into terms: documents and queries go through the same one.</summary>
/// <remarks>
/// Word boundaries follow the default rules of UAX #29 as far as they matter for search, from character categories alone,
/// so that the result does not depend on ICU. Identifiers with digits and hyphens are kept whole as well as in pieces.
/// </remarks>
internal sealed class KeywordAnalyzer(KeywordAnalysis analysis)
{
    private static readonly FrozenSet<string> StopWords = FrozenSet.ToFrozenSet(
    [
        "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of", "on",
        "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
    ]);

    public KeywordAnalysis Analysis { get; } = analysis;

    public List<string> Terms(string text)
    {
        var terms = new List<string>();
        Analyze(text, terms);
        return terms;
    }

    public void Analyze(string text, List<string> terms)
    {
        var folded = Fold(text);
        var position = 0;
        while (position < folded.Length)
        {
            var kind = TextScript.KindAt(folded, position, out var length);
            if (kind == CharacterKind.Cjk)
                position = AddPairs(folded, position, terms);
            else if (kind == CharacterKind.Symbol)
                AddSymbol(folded, ref position, length, terms);
            else if (kind is CharacterKind.Letter or CharacterKind.Digit)
                position = AddCompound(folded, position, terms);
            else
                position += length;
        }
    }

    /// <summary>Lower case, and full-width forms as their ASCII twins.</summary>
    private static string Fold(string text)
    {
        var lower = text.ToLowerInvariant();
        return lower.AsSpan().ContainsAnyInRange('\uFF01', '\uFF5E')
            ? string.Create(lower.Length, lower, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                    span[i] = source[i] is >= '\uFF01' and <= '\uFF5E' ? char.ToLowerInvariant((char)(source[i] - 0xFEE0)) : source[i];
            })
            : lower;
    }

    private static void AddSymbol(string text, ref int position, int length, List<string> terms)
    {
        terms.Add(text.Substring(position, length));
        position += length;
    }

    /// <summary>Overlapping pairs of a run without spaces; a lone character stands for itself.</summary>
    private static int AddPairs(string text, int start, List<string> terms)
    {
        var position = start;
        var previous = -1;
        var count = 0;
        while (position < text.Length && TextScript.KindAt(text, position, out var length) == CharacterKind.Cjk)
        {
            if (previous >= 0)
                terms.Add(text[previous..(position + length)]);
            previous = position;
            position += length;
            count++;
        }

        if (count == 1)
            terms.Add(text[start..position]);
        return position;
    }

    /// <summary>A word, or a chain of words joined by hyphens or slashes: its pieces, and the whole where it holds a digit.</summary>
    private int AddCompound(string text, int start, List<string> terms)
    {
        var position = start;
        var pieces = 0;
        var hasDigit = false;
        while (true)
        {
            var end = WordEnd(text, position, ref hasDigit);
            AddWord(text[position..end], terms);
            pieces++;
            position = end;
            var next = position + 1;
            if (next >= text.Length || text[position] is not ('-' or '/' or '+')
                || TextScript.KindAt(text, next, out _) is not (CharacterKind.Letter or CharacterKind.Digit))
                break;
            position = next;
        }

        if (pieces > 1 && hasDigit)
            terms.Add(text[start..position]);
        return position;
    }

    private static int WordEnd(string text, int start, ref bool hasDigit)
    {
        var position = start;
        var last = CharacterKind.Other;
        while (position < text.Length)
        {
            var kind = TextScript.KindAt(text, position, out var length);
            if (kind is CharacterKind.Letter or CharacterKind.Digit)
            {
                hasDigit |= kind == CharacterKind.Digit;
                last = kind;
                position += length;
                continue;
            }

            // Apostrophes, full stops and colons join letters; commas, full stops and semicolons join digits.
            var joins = position + 1 < text.Length
                && TextScript.KindAt(text, position + 1, out _) == last
                && (last == CharacterKind.Letter ? TextScript.JoinsLetters(text[position]) : TextScript.JoinsDigits(text[position]));
            if (!joins)
                break;
            position += length;
        }

        return position;
    }

    private void AddWord(string word, List<string> terms)
    {
        if (Analysis == KeywordAnalysis.English && word.Length > 2 && word[^1] == 's' && word[^2] is ('\'' or '\u2019'))
            word = word[..^2];
        if (Analysis != KeywordAnalysis.Standard && StopWords.Contains(word))
            return;
        if (word.Length > 0)
            terms.Add(Analysis == KeywordAnalysis.English ? PorterStemmer.Stem(word) : word);
    }
}
