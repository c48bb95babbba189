using System.Collections.Concurrent;
using System.Linq.Expressions;

namespace LocalRag.Connectors.InMemory;

/// <summary>Compiles filters over one record type, once per shape: filters that differ only in their constants share code.</summary>
internal sealed class FilterCompiler(FilterBinding binding)
{
    // An application has a few dozen shapes; one that builds endless ones must not grow without end.
    private const int MostShapes = 1024;

    private readonly ConcurrentDictionary<ExpressionShape, FilterPlan> _plans = new();

    public (FilterPlan Plan, FilterConstants Constants) Compile(LambdaExpression filter)
    {
        var rewriter = new FilterRewriter(binding, filter);
        var body = rewriter.Visit(filter.Body);
        var shape = new ExpressionShape([body, .. rewriter.Computations]);
        if (!_plans.TryGetValue(shape, out var plan))
        {
            plan = new FilterPlan(
                Expression.Lambda<RowPredicate>(body, rewriter.Context, rewriter.Row).Compile(),
                [.. rewriter.Computations.Select(computation => computation is null ? null : Compile(computation, rewriter.Constants))],
                new IndexConditionBuilder(rewriter).Build(body));
            if (_plans.Count >= MostShapes)
                _plans.Clear();
            _plans[shape] = plan;
        }

        return (plan, new FilterConstants(rewriter.Captured, plan.Computations));
    }

    private static Func<FilterConstants, object?> Compile(Expression computation, ParameterExpression constants) =>
        Expression.Lambda<Func<FilterConstants, object?>>(Expression.Convert(computation, typeof(object)), constants).Compile();
}
