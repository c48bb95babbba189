using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory;

/// <summary>The structure of expressions as a value: equal for trees that compile to the same code.</summary>
internal sealed class ExpressionShape : ExpressionVisitor, IEquatable<ExpressionShape>
{
    private readonly List<object?> _parts = [];
    private readonly Dictionary<ParameterExpression, int> _parameters = new(ReferenceEqualityComparer.Instance);
    private HashCode _hash;

    public ExpressionShape(IEnumerable<Expression?> expressions)
    {
        foreach (var expression in expressions)
            Visit(expression);
    }

    public override Expression? Visit(Expression? node)
    {
        Add(node?.NodeType);
        Add(node?.Type);
        return base.Visit(node);
    }

    public bool Equals(ExpressionShape? other) => other is not null && _parts.SequenceEqual(other._parts);

    public override bool Equals(object? obj) => Equals(obj as ExpressionShape);

    public override int GetHashCode() => _hash.ToHashCode();

    protected override Expression VisitConstant(ConstantExpression node)
    {
        Add(node.Value);
        return node;
    }

    protected override Expression VisitParameter(ParameterExpression node)
    {
        if (!_parameters.TryGetValue(node, out var position))
            _parameters[node] = position = _parameters.Count;
        Add(position);
        return node;
    }

    protected override Expression VisitMember(MemberExpression node)
    {
        Add(node.Member);
        return base.VisitMember(node);
    }

    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        Add(node.Method);
        Add(node.Arguments.Count);
        return base.VisitMethodCall(node);
    }

    protected override Expression VisitBinary(BinaryExpression node)
    {
        Add(node.Method);
        Add(node.IsLiftedToNull);
        return base.VisitBinary(node);
    }

    protected override Expression VisitUnary(UnaryExpression node)
    {
        Add(node.Method);
        return base.VisitUnary(node);
    }

    protected override Expression VisitNew(NewExpression node)
    {
        Add(node.Constructor);
        return base.VisitNew(node);
    }

    protected override Expression VisitNewArray(NewArrayExpression node)
    {
        Add(node.Expressions.Count);
        return base.VisitNewArray(node);
    }

    protected override Expression VisitTypeBinary(TypeBinaryExpression node)
    {
        Add(node.TypeOperand);
        return base.VisitTypeBinary(node);
    }

    protected override Expression VisitIndex(IndexExpression node)
    {
        Add(node.Indexer);
        return base.VisitIndex(node);
    }

    protected override MemberBinding VisitMemberBinding(MemberBinding node)
    {
        Add(node.Member);
        Add(node.BindingType);
        return base.VisitMemberBinding(node);
    }

    protected override ElementInit VisitElementInit(ElementInit node)
    {
        Add(node.AddMethod);
        return base.VisitElementInit(node);
    }

    private void Add(object? part)
    {
        _parts.Add(part);
        _hash.Add(part);
    }
}
