namespace LocalRag.Connectors.InMemory;

/// <summary>A condition that does not depend on the record: <c>category == null || r.Category == category</c> begins with one.</summary>
internal sealed class ConstantCondition(int slot, bool expected) : IndexCondition
{
    public override ReadOnlyMemory<int>? Find(IndexSearch search, int limit) =>
        search.Constants.Get(slot) is bool value && value != expected ? NoRows : null;
}
