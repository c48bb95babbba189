using System.Collections;
using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory;

/// <summary>A compiled filter with the conditions that indexes can answer; reused for every filter of the same shape.</summary>
internal sealed class FilterPlan(RowPredicate predicate, IndexProbe[] probes)
{
    public RowPredicate Predicate { get; } = predicate;

    /// <summary>Rows that may match, ascending; null where no index narrows the rows to fewer than <paramref name="limit"/>.</summary>
    public int[]? Candidates(Table table, int rowCount, object?[] constants, int limit)
    {
        int[]? best = null;
        foreach (var group in probes.GroupBy(static p => p.Column))
        {
            if (table.Indexes[group.Key - 1] is not { } index)
                continue;
            var rows = Rows(index, group, rowCount, constants, Math.Min(limit, best?.Length ?? limit));
            if (rows is not null && rows.Length < (best?.Length ?? limit))
                best = rows;
        }

        if (best is not null)
            Array.Sort(best);
        return best;
    }

    /// <summary>Splits a rewritten filter into the conditions that all must hold, and keeps those that compare a column with a constant.</summary>
    public static IndexProbe[] FindProbes(Expression body, FilterRewriter rewriter)
    {
        var probes = new List<IndexProbe>();
        Collect(body);
        return [.. probes];

        void Collect(Expression node)
        {
            switch (node)
            {
                case BinaryExpression { NodeType: ExpressionType.AndAlso } and:
                    Collect(and.Left);
                    Collect(and.Right);
                    break;
                case BinaryExpression { NodeType: ExpressionType.Equal or ExpressionType.LessThan or ExpressionType.LessThanOrEqual or ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual } comparison:
                    Add(comparison.Left, comparison.Right, comparison.NodeType);
                    Add(comparison.Right, comparison.Left, Mirror(comparison.NodeType));
                    break;
                case MethodCallExpression { Method.Name: "Contains", Object: null, Arguments: [var source, var item] } call when call.Method.DeclaringType == typeof(Enumerable):
                    Add(item, source, ExpressionType.Call);
                    break;
                case MethodCallExpression { Method.Name: "Contains", Object: { } list, Arguments: [var item] }:
                    Add(item, list, ExpressionType.Call);
                    break;
            }
        }

        void Add(Expression column, Expression constant, ExpressionType op)
        {
            if (rewriter.ColumnOf(column) is > 0 and var index && rewriter.SlotOf(constant) is >= 0 and var slot)
                probes.Add(new IndexProbe(index, op, slot));
        }
    }

    private static ExpressionType Mirror(ExpressionType op) => op switch
    {
        ExpressionType.LessThan => ExpressionType.GreaterThan,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
        ExpressionType.GreaterThan => ExpressionType.LessThan,
        ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
        _ => op,
    };

    private static int[]? Rows(PropertyIndex index, IEnumerable<IndexProbe> probes, int rowCount, object?[] constants, int limit)
    {
        ReadOnlyMemory<int>? best = null;
        object? low = null, high = null;
        bool includeLow = false, includeHigh = false;
        foreach (var probe in probes)
        {
            var value = constants[probe.Slot];
            switch (probe.Operator)
            {
                case ExpressionType.Equal:
                    Keep(index.Equal(value, rowCount));
                    break;
                case ExpressionType.Call when value is IEnumerable values and not string:
                    Keep(Union(index, values, rowCount));
                    break;
                case ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual when value is not null:
                    (low, includeLow) = (value, probe.Operator == ExpressionType.GreaterThanOrEqual);
                    break;
                case ExpressionType.LessThan or ExpressionType.LessThanOrEqual when value is not null:
                    (high, includeHigh) = (value, probe.Operator == ExpressionType.LessThanOrEqual);
                    break;
            }
        }

        if (best is null && (low ?? high) is not null)
            Keep(index.Range(low, includeLow, high, includeHigh, rowCount, limit));
        return best is { } rows && rows.Length <= limit ? rows.ToArray() : null;

        void Keep(ReadOnlyMemory<int>? rows)
        {
            if (rows is { } found && (best is null || found.Length < best.Value.Length))
                best = found;
        }
    }

    private static ReadOnlyMemory<int>? Union(PropertyIndex index, IEnumerable values, int rowCount)
    {
        var rows = new HashSet<int>();
        foreach (var value in values)
        {
            if (index.Equal(value, rowCount) is not { } found)
                return null;
            foreach (var row in found.Span)
                rows.Add(row);
        }

        return rows.ToArray();
    }
}
