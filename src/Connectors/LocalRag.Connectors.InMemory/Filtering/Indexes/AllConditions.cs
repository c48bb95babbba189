namespace LocalRag.Connectors.InMemory;

/// <summary>Conditions that all must hold: the one with the fewest rows names the candidates.</summary>
internal sealed class AllConditions : IndexCondition
{
    // To ask the filter about so few is cheaper than to look for fewer.
    private const int FewRows = 32;

    private readonly IReadOnlyList<IndexCondition> _conditions;

    private AllConditions(IReadOnlyList<IndexCondition> conditions) => _conditions = conditions;

    /// <summary>Joins two conditions, each of which may be several itself. Bounds of one column become one range, after all that guards them.</summary>
    public static AllConditions Of(IndexCondition left, IndexCondition right)
    {
        List<IndexCondition> conditions = [.. Parts(left)];
        foreach (var part in Parts(right))
        {
            if (part is RangeCondition range && conditions.OfType<RangeCondition>().FirstOrDefault(c => c.Column == range.Column) is { } other)
            {
                conditions.Remove(other);
                conditions.Add(other.And(range));
            }
            else
            {
                conditions.Add(part);
            }
        }

        return new AllConditions(conditions);
    }

    public override ReadOnlyMemory<int>? Find(IndexSearch search, int limit)
    {
        ReadOnlyMemory<int>? best = null;
        foreach (var condition in _conditions)
        {
            if (condition.Find(search, best is { } rows ? rows.Length - 1 : limit) is not { } fewer)
                continue;
            best = fewer;
            // After no rows at all, && evaluates nothing that follows; nor is it here.
            if (fewer.Length <= FewRows)
                break;
        }

        return best;
    }

    private static IReadOnlyList<IndexCondition> Parts(IndexCondition condition) => condition is AllConditions all ? all._conditions : [condition];
}
