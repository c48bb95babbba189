namespace LocalRag.Connectors.InMemory;

/// <summary>A column equals a constant, or a value that the filter implies: true for <c>r.Active</c>.</summary>
internal sealed class EqualCondition(int column, IndexOperand operand) : IndexCondition
{
    public override ReadOnlyMemory<int>? Find(IndexSearch search, int limit) =>
        AtMost(limit, search.Equal(column, operand.Get(search.Constants)));
}
