namespace LocalRag.Connectors.InMemory;

/// <summary>The state of a collection at one moment: everything a reader needs, never changed.</summary>
/// <remarks>Made in the writer's turn.</remarks>
/// <param name="table">The rows.</param>
/// <param name="rowCount">Rows below are visible unless deleted.</param>
/// <param name="version">Deletions up to this version count.</param>
/// <param name="spaces">Per vector property, the space its vectors live in; null while unknown.</param>
internal sealed class Snapshot(Table table, int rowCount, long version, string?[] spaces)
{
    public Table Table { get; } = table;

    public int RowCount { get; } = rowCount;

    public long Version { get; } = version;

    public string?[] Spaces { get; } = spaces;

    /// <summary>Rows that are not deleted, at the time of the snapshot.</summary>
    public int LiveRowCount { get; } = rowCount - table.DeadRows;

    /// <summary>Per data property: what its full-text index held at the time of the snapshot.</summary>
    public TextStatistics[] Texts { get; } = Array.ConvertAll(table.Texts, static text => text?.Statistics ?? default);

    public bool IsLive(int row) => Table.IsLive(row, Version);

    /// <summary>The row of a key that this snapshot sees, or -1.</summary>
    public int Resolve(int newest)
    {
        while (newest >= RowCount)
            newest = Table.Previous(newest);
        return newest >= 0 && IsLive(newest) ? newest : -1;
    }

    public IEnumerable<int> LiveRows()
    {
        for (var row = 0; row < RowCount; row++)
        {
            if (IsLive(row))
                yield return row;
        }
    }
}
