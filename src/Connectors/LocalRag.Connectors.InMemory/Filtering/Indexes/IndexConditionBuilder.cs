using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory;

/// <summary>Finds the conditions of a rewritten filter that indexes can answer.</summary>
internal sealed class IndexConditionBuilder(FilterRewriter rewriter)
{
    /// <summary>A condition that holds wherever the filter does; null where there is none.</summary>
    public IndexCondition? Build(Expression filter) => Build(filter, true);

    /// <param name="node">A part of the filter.</param>
    /// <param name="expected">The value that it must have.</param>
    private IndexCondition? Build(Expression node, bool expected) => node switch
    {
        _ when rewriter.SlotOf(node) is >= 0 and var slot => new ConstantCondition(slot, expected),
        _ when node.Type == typeof(bool) && rewriter.ColumnOf(node) is >= 0 and var column => new EqualCondition(column, IndexOperand.Implied(expected)),
        UnaryExpression { NodeType: ExpressionType.Not, Method: null } not => Build(not.Operand, !expected),
        BinaryExpression { NodeType: ExpressionType.AndAlso or ExpressionType.And, Method: null } and => Join(expected, Build(and.Left, expected), Build(and.Right, expected)),
        BinaryExpression { NodeType: ExpressionType.OrElse or ExpressionType.Or, Method: null } or => Join(!expected, Build(or.Left, expected), Build(or.Right, expected)),
        BinaryExpression comparison => Compare(comparison, expected),
        ConditionalExpression choice => Join(
            false,
            Join(true, Build(choice.Test, true), Build(choice.IfTrue, expected)),
            Join(true, Build(choice.Test, false), Build(choice.IfFalse, expected))),
        MemberExpression { Member.Name: nameof(Nullable<>.HasValue), Expression: { } nullable } when rewriter.ColumnOf(nullable) is >= 0 and var column => Equality(column, IndexOperand.Implied(null), !expected),
        MethodCallExpression call => Call(call, expected),
        _ => null,
    };

    private static IndexCondition? Join(bool all, IndexCondition? left, IndexCondition? right)
    {
        if (left is null || right is null)
            return all ? left ?? right : null;
        return all ? AllConditions.Of(left, right) : new AnyCondition([left, right]);
    }

    private static IndexCondition Equality(int column, IndexOperand operand, bool equal) =>
        equal ? new EqualCondition(column, operand) : new NotEqualCondition(column, operand);

    private IndexCondition? Compare(BinaryExpression node, bool expected)
    {
        // A tree built by hand may compare by a method of its own.
        var isKnown = node.Method is null || node.Method == FilterRewriter.AreEqual || (node.Method.IsSpecialName && PropertyTypes.IsScalar(node.Method.DeclaringType!));
        return isKnown ? Compare(node, node.Left, node.Right, node.NodeType, expected) ?? Compare(node, node.Right, node.Left, Mirror(node.NodeType), expected) : null;
    }

    private IndexCondition? Compare(BinaryExpression node, Expression left, Expression right, ExpressionType op, bool expected)
    {
        if (right is ConstantExpression { Value: 0 })
        {
            return TextComparisons.Compared(left) is not { } texts ? null
                : Compare(texts.Left, texts.Right, op, expected, ofText: true) ?? Compare(texts.Right, texts.Left, Mirror(op), expected, ofText: true);
        }

        // Numbers of different types, boxed, are never equal to .NET, but may be to an index; so it must not rule out what differs.
        if (!expected && op == ExpressionType.Equal && node.Method == FilterRewriter.AreEqual && !(IsText(left) && IsText(right)))
            return null;
        return Compare(left, right, op, expected, ofText: false);
    }

    private IndexCondition? Compare(Expression left, Expression right, ExpressionType op, bool expected, bool ofText)
    {
        if (rewriter.ColumnOf(left) is not (>= 0 and var column) || rewriter.SlotOf(right) is not (>= 0 and var slot))
            return null;
        switch (op)
        {
            case ExpressionType.Equal or ExpressionType.NotEqual:
                return Equality(column, IndexOperand.Slot(slot), op == ExpressionType.Equal == expected);
            case ExpressionType.LessThan or ExpressionType.LessThanOrEqual or ExpressionType.GreaterThan or ExpressionType.GreaterThanOrEqual:
                // With null and NaN, neither a comparison nor its opposite holds.
                if (!expected && !ofText && (Nullable.GetUnderlyingType(left.Type) is not null || left.Type == typeof(double) || left.Type == typeof(float)))
                    return null;
                return new RangeCondition(column, [(expected ? op : Opposite(op), slot)], ofText);
            default:
                return null;
        }
    }

    private IndexCondition? Call(MethodCallExpression call, bool expected)
    {
        if (TextComparisons.Equated(call) is { } texts)
            return Compare(texts.Left, texts.Right, ExpressionType.Equal, expected, ofText: true) ?? Compare(texts.Right, texts.Left, ExpressionType.Equal, expected, ofText: true);
        if (!expected)
            return null;
        return call switch
        {
            { Method.Name: nameof(Equals), Object: { } left, Arguments: [var right] } => Equal(left, right),
            { Method.Name: nameof(Equals), Object: null, Arguments: [var left, var right] } when call.Method.DeclaringType == typeof(object) => Equal(left, right),
            { Method.Name: nameof(Enumerable.Contains), Object: null, Arguments: [var list, var item] } when call.Method.DeclaringType == typeof(Enumerable) => OneOf(list, item),
            { Method.Name: nameof(Enumerable.Contains), Object: { } list, Arguments: [var item] } when OneOfCondition.ComparesItems(call.Method) => OneOf(list, item),
            _ when TextComparisons.Started(call) is { } start && rewriter.ColumnOf(start.Text) is >= 0 and var column && rewriter.SlotOf(start.Start) is >= 0 and var slot => new StartCondition(column, slot),
            _ => null,
        };

        IndexCondition? Equal(Expression left, Expression right) =>
            Compare(left, right, ExpressionType.Equal, true, ofText: false) ?? Compare(right, left, ExpressionType.Equal, true, ofText: false);

        IndexCondition? OneOf(Expression list, Expression item) =>
            rewriter.ColumnOf(item) is >= 0 and var column && rewriter.SlotOf(list) is >= 0 and var slot ? new OneOfCondition(column, slot) : null;
    }

    private static bool IsText(Expression node) => (node is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand.Type : node.Type) == typeof(string);

    private static ExpressionType Mirror(ExpressionType op) => op switch
    {
        ExpressionType.LessThan => ExpressionType.GreaterThan,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
        ExpressionType.GreaterThan => ExpressionType.LessThan,
        ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
        _ => op,
    };

    private static ExpressionType Opposite(ExpressionType op) => op switch
    {
        ExpressionType.LessThan => ExpressionType.GreaterThanOrEqual,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThan,
        ExpressionType.GreaterThan => ExpressionType.LessThanOrEqual,
        _ => ExpressionType.LessThan,
    };
}
