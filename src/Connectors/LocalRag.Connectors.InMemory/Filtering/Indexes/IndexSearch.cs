namespace LocalRag.Connectors.InMemory;

/// <summary>What the conditions of a filter are looked up in.</summary>
internal sealed record IndexSearch(Table Table, int RowCount, FilterConstants Constants)
{
    /// <summary>The column of the keys, as numbered in <see cref="Table.FilterColumns"/>; the data columns follow.</summary>
    public const int KeyColumn = 0;

    /// <summary>Rows that hold the value, ascending; null where the column has no index or the value cannot be looked up.</summary>
    public ReadOnlyMemory<int>? Equal(int column, object? value) =>
        column == KeyColumn ? RowOfKey(value) : Table.Indexes[column - 1]?.Equal(value, RowCount);

    /// <inheritdoc cref="PropertyIndex.Range"/>
    public ReadOnlyMemory<int>? Range(int column, object? low, bool includeLow, object? high, bool includeHigh, int limit) =>
        column == KeyColumn ? null : Table.Indexes[column - 1]?.Range(low, includeLow, high, includeHigh, RowCount, limit);

    private ReadOnlyMemory<int>? RowOfKey(object? key)
    {
        if (key is null)
            return ReadOnlyMemory<int>.Empty;
        var (place, exact) = WideningConversions.Narrow(key, Table.Schema.Key.Type);
        if (place == ConstantPlace.Unknown)
            return null;
        var row = place == ConstantPlace.Exact ? Table.Keys.Find(exact!) : -1;
        // Older rows of the key are dead to every reader that sees a newer one.
        while (row >= RowCount)
            row = Table.Previous(row);
        return row < 0 ? ReadOnlyMemory<int>.Empty : new[] { row };
    }
}
