namespace LocalRag.Connectors.InMemory;

/// <summary>A condition of a filter for which indexes name the rows that may meet it.</summary>
internal abstract class IndexCondition
{
    /// <summary>Distinct rows, among them all that meet the condition; null where indexes cannot tell, or name more than <paramref name="limit"/>.</summary>
    public abstract ReadOnlyMemory<int>? Find(IndexSearch search, int limit);

    // Not "condition ? ReadOnlyMemory<int>.Empty : null": that null becomes an array, and the array no rows.
    protected static ReadOnlyMemory<int>? NoRows => ReadOnlyMemory<int>.Empty;

    protected static ReadOnlyMemory<int>? AtMost(int limit, ReadOnlyMemory<int>? rows) => rows?.Length <= limit ? rows : null;
}
