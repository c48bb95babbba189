using System.Text;

namespace LocalRag.Plugins.Retrieval;

/// <summary>Joins a hit with the pieces around it.</summary>
internal static class NeighbourText
{
    /// <summary>The text of a hit between its neighbours; neighbours that are hits themselves are left to their own block.</summary>
    public static string Around<TRecord>(RetrievalHit<TRecord> hit, IReadOnlyList<RetrievalHit<TRecord>> hits)
        where TRecord : class
    {
        if (hit.Neighbours.Count == 0)
        {
            return hit.Text;
        }

        if (hit.Record is Passage centre)
        {
            var keys = hits.Select(h => h.Key).ToHashSet();
            return Join(hit.Neighbours.Cast<Passage>().Where(p => !keys.Contains(p.Id)).Append(centre).OrderBy(p => p.Ordinal));
        }

        // Other records have no ordinal: their source promised them in order, the halves before and behind cannot be told apart.
        var text = RecordText.ShownOf<TRecord>();
        return string.Join('\n', [hit.Text, .. hit.Neighbours.Select(text)]);
    }

    private static string Join(IEnumerable<Passage> passages)
    {
        var joined = new StringBuilder();
        Passage? last = null;
        foreach (var passage in passages)
        {
            // Pieces may overlap; what the last one already said is not said again.
            int overlap = last is not null && passage.Start < last.End ? last.End - passage.Start : 0;
            bool exact = passage.End - passage.Start == passage.Text.Length;
            if (last is not null && overlap == 0)
            {
                joined.Append('\n');
            }

            joined.Append(exact ? passage.Text.AsSpan(Math.Min(overlap, passage.Text.Length)) : passage.Text);
            last = passage;
        }

        return joined.ToString();
    }
}
