namespace LocalRag.Connectors.InMemory;

/// <summary>A column differs from a value; worth an index where most rows hold that value.</summary>
internal sealed class NotEqualCondition(int column, IndexOperand operand) : IndexCondition
{
    public override ReadOnlyMemory<int>? Find(IndexSearch search, int limit)
    {
        // An index files NaN under one value, but it differs from itself.
        if (operand.Get(search.Constants) is var value && value is double.NaN or float.NaN)
            return null;
        if (search.Equal(column, value) is not { } equal || search.RowCount - equal.Length > limit)
            return null;
        var others = new int[search.RowCount - equal.Length];
        var (row, count) = (0, 0);
        foreach (var next in equal.Span)
        {
            while (row < next)
                others[count++] = row++;
            row++;
        }

        while (row < search.RowCount)
            others[count++] = row++;
        return others;
    }
}
