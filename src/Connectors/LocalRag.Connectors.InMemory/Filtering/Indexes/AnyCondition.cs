namespace LocalRag.Connectors.InMemory;

/// <summary>Conditions of which one must hold: the rows of all of them.</summary>
internal sealed class AnyCondition(IndexCondition[] conditions) : IndexCondition
{
    public override ReadOnlyMemory<int>? Find(IndexSearch search, int limit)
    {
        var union = new HashSet<int>();
        foreach (var condition in conditions)
        {
            if (condition.Find(search, limit) is not { } rows)
                return null;
            foreach (var row in rows.Span)
                union.Add(row);
            if (union.Count > limit)
                return null;
        }

        return union.ToArray();
    }
}
