using System.Text.RegularExpressions;

namespace LocalRag.Training.Tests.FineTune;

/// <summary>BM25 over a list of texts, the plain formula (k1 1.2, b 0.75) with a rough cut of English endings.</summary>
internal sealed partial class KeywordScores
{
    private static readonly HashSet<string> StopWords =
        [.. "a an the of to and or in on for is are be it its as by with that this at from not no if than which what how has have was were do does i my one".Split(' ')];

    private readonly List<Dictionary<string, int>> _texts;
    private readonly Dictionary<string, double> _rarity;
    private readonly double _averageLength;

    public KeywordScores(IEnumerable<string> texts)
    {
        _texts = [.. texts.Select(Count)];
        _averageLength = _texts.Average(t => t.Values.Sum());
        _rarity = _texts.SelectMany(t => t.Keys).CountBy(term => term)
            .ToDictionary(t => t.Key, t => Math.Log(1 + ((_texts.Count - t.Value + 0.5) / (t.Value + 0.5))));
    }

    public static bool IsStopWord(string word) => StopWords.Contains(word.ToLowerInvariant());

    /// <summary>The rows that share a term with the query, best first.</summary>
    public IEnumerable<int> Search(string query, Func<int, bool> filter)
    {
        var terms = Count(query);
        return Enumerable.Range(0, _texts.Count).Where(filter)
            .Select(row => (Row: row, Score: Score(terms, _texts[row])))
            .Where(hit => hit.Score > 0)
            .OrderByDescending(hit => hit.Score)
            .Select(hit => hit.Row);
    }

    /// <summary>The score of a text that need not be one of the list.</summary>
    public double Score(string query, string text) => Score(Count(query), Count(text));

    private double Score(Dictionary<string, int> query, Dictionary<string, int> text)
    {
        double length = text.Values.Sum() / _averageLength;
        return query.Sum(term => text.TryGetValue(term.Key, out int count) && _rarity.TryGetValue(term.Key, out double rarity)
            ? term.Value * rarity * count * 2.2 / (count + (1.2 * (0.25 + (0.75 * length))))
            : 0);
    }

    private static Dictionary<string, int> Count(string text) => Term().Matches(text.ToLowerInvariant()).Select(m => m.Value)
        .Where(word => !StopWords.Contains(word)).Select(Stem).CountBy(term => term).ToDictionary();

    private static string Stem(string word) =>
        word.Length > 4 && word.EndsWith("ies", StringComparison.Ordinal) ? word[..^3] + "y"
        : word.Length > 4 && word.EndsWith("ing", StringComparison.Ordinal) ? word[..^3]
        : word.Length > 3 && word.EndsWith("ed", StringComparison.Ordinal) ? word[..^2]
        : word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1]
        : word;

    [GeneratedRegex("[a-z0-9]+")]
    private static partial Regex Term();
}
