namespace LocalRag.Plugins.Retrieval;

/// <summary>Reciprocal rank fusion of any number of ranked lists: each list adds 1/(61 + rank), ranks from 0.</summary>
internal static class RankFusion
{
    // The 60 of Cormack, Clarke and Büttcher (2009), whose ranks start at 1.
    private const double RankConstant = 61;

    /// <summary>Fuses lists of keys.</summary>
    /// <param name="lists">The lists, best key first; the first of them decides the order of equal scores.</param>
    /// <returns>Every key once with its score, best first; equal scores keep the order in which the keys first appear.</returns>
    public static List<(object Key, double Score)> Fuse(IEnumerable<IReadOnlyList<object>> lists)
    {
        var scores = new Dictionary<object, (int Seen, double Score)>();
        foreach (var list in lists)
        {
            for (int rank = 0; rank < list.Count; rank++)
            {
                var (seen, score) = scores.TryGetValue(list[rank], out var old) ? old : (scores.Count, 0);
                scores[list[rank]] = (seen, score + 1 / (RankConstant + rank));
            }
        }

        return [.. scores.OrderByDescending(s => s.Value.Score).ThenBy(s => s.Value.Seen).Select(s => (s.Key, s.Value.Score))];
    }
}
