namespace LocalRag.Connectors.InMemory;

/// <summary>A compiled filter with the condition that indexes can answer; reused for every filter of the same shape.</summary>
internal sealed class FilterPlan(RowPredicate predicate, Func<FilterConstants, object?>?[] computations, IndexCondition? condition)
{
    public RowPredicate Predicate { get; } = predicate;

    /// <summary>Per slot: what computes it; null where the filter brings its value along.</summary>
    public Func<FilterConstants, object?>?[] Computations { get; } = computations;

    /// <summary>Rows that may match, ascending; null where no index narrows the rows to at most <paramref name="limit"/>.</summary>
    public int[]? Candidates(Table table, int rowCount, FilterConstants constants, int limit)
    {
        int[]? candidates;
        try
        {
            candidates = condition?.Find(new IndexSearch(table, rowCount, constants), limit)?.ToArray();
        }
        catch (Exception)
        {
            // A constant that cannot be computed fails the search only if a row asks for it.
            return null;
        }

        if (candidates is not null)
            Array.Sort(candidates);
        return candidates;
    }
}
