namespace LocalRag.Connectors.InMemory;

/// <summary>A text starts with another, code unit by code unit.</summary>
internal sealed class StartCondition(int column, int slot) : IndexCondition
{
    public override ReadOnlyMemory<int>? Find(IndexSearch search, int limit) =>
        search.Constants.Get(slot)?.ToString() is { Length: > 0 } start
            ? search.Range(column, start, true, TextComparisons.AboveAll(start), false, limit)
            : null;
}
