using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory;

/// <summary>A column lies within bounds.</summary>
/// <param name="column">The column, as numbered in <see cref="Table.FilterColumns"/>.</param>
/// <param name="bounds">Comparisons with the column on their left, and the slots of the constants on their right.</param>
/// <param name="ofText">Null is the first of all texts; other comparisons with null are false.</param>
internal sealed class RangeCondition(int column, IReadOnlyList<(ExpressionType Operator, int Slot)> bounds, bool ofText) : IndexCondition
{
    private readonly IReadOnlyList<(ExpressionType Operator, int Slot)> _bounds = bounds;

    public int Column => column;

    /// <summary>One condition for two on the same column.</summary>
    public RangeCondition And(RangeCondition other) => new(column, [.. _bounds, .. other._bounds], ofText);

    public override ReadOnlyMemory<int>? Find(IndexSearch search, int limit)
    {
        object? low = null, high = null;
        bool includeLow = false, includeHigh = false;
        foreach (var (op, slot) in _bounds)
        {
            if (search.Constants.Get(slot) is not { } value)
                return ofText ? null : NoRows;
            // Of two bounds on one side either will do; the filter itself is asked about every candidate.
            if (op is ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual)
                (low, includeLow) = (value, op == ExpressionType.GreaterThanOrEqual);
            else
                (high, includeHigh) = (value, op == ExpressionType.LessThanOrEqual);
        }

        return search.Range(column, low, includeLow, high, includeHigh, limit);
    }
}
