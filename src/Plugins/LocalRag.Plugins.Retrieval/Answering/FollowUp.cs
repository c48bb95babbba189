using System.Collections.Frozen;

namespace LocalRag.Plugins.Retrieval.Answering;

/// <summary>Makes a question that refers back to the one before searchable on its own, without a model: the words of the one before are added.</summary>
internal static class FollowUp
{
    private static readonly FrozenSet<string> References = FrozenSet.ToFrozenSet(
        ["it", "its", "they", "them", "their", "this", "that", "these", "those", "he", "she", "him", "her", "his", "one", "ones", "there", "same", "former", "latter", "else", "instead"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Openings = FrozenSet.ToFrozenSet(["and", "but", "or", "so", "then", "also", "why"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Fillers = FrozenSet.ToFrozenSet(
        ["a", "an", "the", "is", "are", "was", "were", "do", "does", "did", "can", "could", "should", "would", "will", "may", "i", "you", "we", "my", "your", "our",
         "what", "which", "who", "when", "where", "why", "how", "of", "in", "on", "to", "for", "with", "by", "at", "from", "and", "or", "but", "be", "have", "has", "me", "about", "tell"],
        StringComparer.OrdinalIgnoreCase);

    public static string SearchText(string question, IReadOnlyList<ConversationTurn> history)
    {
        if (history.Count == 0 || !RefersBack(question))
        {
            return question;
        }

        var present = Words(question).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var added = Words(history[^1].Question).Where(w => !Fillers.Contains(w) && !References.Contains(w) && present.Add(w)).ToArray();
        return added.Length == 0 ? question : $"{question} {string.Join(' ', added)}";
    }

    private static bool RefersBack(string question)
    {
        var words = Words(question).ToArray();
        return words.Length > 0 && (Openings.Contains(words[0]) || words.Any(References.Contains) || words.Count(w => !Fillers.Contains(w)) <= 1
            || (words.Length > 1 && words[1].Equals("about", StringComparison.OrdinalIgnoreCase)));
    }

    private static IEnumerable<string> Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(w => w.Trim('.', ',', ';', ':', '?', '!', '"', '\'', '(', ')')).Where(w => w.Length > 0);
}
