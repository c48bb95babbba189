using System.Collections.Concurrent;
using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory;

/// <summary>Compiles filters over one record type, once per shape: filters that differ only in their constants share code.</summary>
internal sealed class FilterCompiler(FilterBinding binding)
{
    // An application has a few dozen shapes; one that builds endless ones must not grow without end.
    private const int MostShapes = 1024;

    private readonly ConcurrentDictionary<ExpressionShape, FilterPlan> _plans = new();

    public (FilterPlan Plan, object?[] Constants) Compile(LambdaExpression filter)
    {
        var rewriter = new FilterRewriter(binding, filter.Parameters[0]);
        var body = rewriter.Visit(filter.Body);
        var shape = new ExpressionShape(body);
        if (!_plans.TryGetValue(shape, out var plan))
        {
            var predicate = Expression.Lambda<RowPredicate>(body, rewriter.Context, rewriter.Row).Compile();
            plan = new FilterPlan(predicate, FilterPlan.FindProbes(body, rewriter));
            if (_plans.Count >= MostShapes)
                _plans.Clear();
            _plans[shape] = plan;
        }

        return (plan, [.. rewriter.Constants]);
    }
}
