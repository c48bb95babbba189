using System.Linq.Expressions;
using System.Security.Cryptography;

namespace LocalRag.Connectors.InMemory;

/// <summary>Finds the parts of a filter that have one value for all records: they use no parameter but those of lambdas inside them.</summary>
internal sealed class RecordFreeParts : ExpressionVisitor
{
    private readonly HashSet<Expression> _parts = new(ReferenceEqualityComparer.Instance);
    private HashSet<ParameterExpression> _free = [];
    private bool _draws;

    public RecordFreeParts(Expression filter) => Visit(filter);

    public bool Contains(Expression node) => _parts.Contains(node);

    public override Expression? Visit(Expression? node)
    {
        if (node is null)
            return null;
        var (outerFree, outerDraws) = (_free, _draws);
        (_free, _draws) = ([], false);
        base.Visit(node);
        if (node is LambdaExpression lambda)
            _free.ExceptWith(lambda.Parameters);
        if (_free.Count == 0 && !_draws)
            _parts.Add(node);
        outerFree.UnionWith(_free);
        (_free, _draws) = (outerFree, outerDraws | _draws);
        return node;
    }

    protected override Expression VisitParameter(ParameterExpression node)
    {
        _free.Add(node);
        return node;
    }

    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        // Who writes Random.Shared.Next(10) == 0 wants a tenth of the records, not all of them in a tenth of the searches.
        _draws |= node.Method.DeclaringType is { } type
            && (typeof(Random).IsAssignableFrom(type) || type == typeof(RandomNumberGenerator) || (type == typeof(Guid) && node.Method.Name is nameof(Guid.NewGuid) or nameof(Guid.CreateVersion7)));
        return base.VisitMethodCall(node);
    }
}
