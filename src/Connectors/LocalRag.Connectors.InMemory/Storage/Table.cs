namespace LocalRag.Connectors.InMemory;

/// <summary>The rows of a collection: append-only columns with versioned tombstones.</summary>
/// <remarks>
/// A row is never changed once it is published. Replacing a record appends a row and marks the old one as deleted from
/// the new version on, so a reader of an earlier <see cref="Snapshot"/> still sees the old one. One writer at a time.
/// </remarks>
internal sealed class Table
{
    private long[][] _deleted = [];
    private int[][] _previous = [];
    private int[] _deadInChunk = [];

    /// <param name="schema">The properties.</param>
    /// <param name="analyzer">Splits texts into words.</param>
    /// <param name="capacity">Records that will be added at once; see <see cref="EnsureCapacity"/> for room for their rows.</param>
    public Table(CollectionSchema schema, KeywordAnalyzer analyzer, int capacity = 0)
    {
        Schema = schema;
        KeyColumn = Columns.Create(schema.Key.Type);
        Data = [.. schema.Data.Select(p => Columns.Create(p.Type))];
        Vectors = [.. schema.Vectors.Select(v => new VectorColumn(new VectorLayout(v.Dimensions, Metric.Get(v.DistanceFunction).Kind, v.Element)))];
        Keys = KeyIndex.Create(schema.Key.Type, capacity);
        Indexes = [.. schema.Data.Select((p, i) => p.IsIndexed ? PropertyIndex.Create(p.Type, Data[i]) : null)];
        Texts = [.. schema.Data.Select((p, i) => p.IsFullTextIndexed ? new TextIndex((Column<string?>)Data[i], analyzer) : null)];
        FilterColumns = [KeyColumn, .. Data];
    }

    public CollectionSchema Schema { get; }

    public Column KeyColumn { get; }

    public Column[] Data { get; }

    public VectorColumn[] Vectors { get; }

    public KeyIndex Keys { get; }

    /// <summary>Per data property: its equality and range index, or null.</summary>
    public PropertyIndex?[] Indexes { get; }

    /// <summary>Per data property: its full-text index, or null.</summary>
    public TextIndex?[] Texts { get; }

    /// <summary>The key column followed by the data columns: what filters may read.</summary>
    public Column[] FilterColumns { get; }

    /// <summary>Rows written so far, dead ones included. Writer only.</summary>
    public int Rows { get; private set; }

    public int DeadRows { get; private set; }

    public void EnsureCapacity(int rows)
    {
        KeyColumn.EnsureCapacity(rows);
        foreach (var column in Data)
            column.EnsureCapacity(rows);
        foreach (var column in Vectors)
            column.EnsureCapacity(rows, Rows);

        var chunks = (rows + VectorChunk.MaxRows - 1) >> VectorChunk.Shift;
        if (_deleted.Length >= chunks)
            return;
        Volatile.Write(ref _previous, [.. _previous, .. Enumerable.Range(0, chunks - _previous.Length).Select(_ => new int[VectorChunk.MaxRows])]);
        var dead = new int[chunks];
        _deadInChunk.CopyTo(dead, 0);
        Volatile.Write(ref _deadInChunk, dead);
        Volatile.Write(ref _deleted, [.. _deleted, .. Enumerable.Range(0, chunks - _deleted.Length).Select(_ => new long[VectorChunk.MaxRows])]);
    }

    /// <summary>Enters rows that were filled beyond <see cref="Rows"/> into the indexes, superseding older rows of the same keys.</summary>
    public void Append(int count, long version)
    {
        for (var i = 0; i < count; i++)
        {
            var row = Rows;
            // Readers come from the index, so the link must be there before the row is.
            var previous = Keys.FindKeyOf(KeyColumn, row);
            _previous[row >> VectorChunk.Shift][row & (VectorChunk.MaxRows - 1)] = previous;
            Keys.Set(KeyColumn, row);
            if (previous >= 0)
                MarkDeleted(previous, version);
            foreach (var index in Indexes)
                index?.Add(row);
            foreach (var text in Texts)
                text?.Add(row);
            Rows = row + 1;
        }
    }

    /// <summary>Deletes a row as of <paramref name="version"/>; false where it was deleted before.</summary>
    public bool MarkDeleted(int row, long version)
    {
        ref var deleted = ref _deleted[row >> VectorChunk.Shift][row & (VectorChunk.MaxRows - 1)];
        if (deleted != 0)
            return false;
        Volatile.Write(ref deleted, version);
        Volatile.Write(ref _deadInChunk[row >> VectorChunk.Shift], _deadInChunk[row >> VectorChunk.Shift] + 1);
        DeadRows++;
        foreach (var text in Texts)
            text?.Remove(row);
        return true;
    }

    public int Previous(int row) => Volatile.Read(ref _previous)[row >> VectorChunk.Shift][row & (VectorChunk.MaxRows - 1)];

    /// <summary>Deletion versions of the rows of a chunk (0 = live), or null where none is dead.</summary>
    public long[]? DeletedIn(int chunk) => Volatile.Read(ref _deadInChunk)[chunk] == 0 ? null : Volatile.Read(ref _deleted)[chunk];

    public bool IsLive(int row, long version)
    {
        var deleted = Volatile.Read(ref Volatile.Read(ref _deleted)[row >> VectorChunk.Shift][row & (VectorChunk.MaxRows - 1)]);
        return deleted == 0 || deleted > version;
    }

    /// <summary>Copies the columns of a row of another table of the same schema to the row after the last.</summary>
    public void CopyRow(Table source, int sourceRow, int row)
    {
        KeyColumn.CopyRow(source.KeyColumn, sourceRow, row);
        for (var i = 0; i < Data.Length; i++)
            Data[i].CopyRow(source.Data[i], sourceRow, row);
        for (var i = 0; i < Vectors.Length; i++)
            Vectors[i].CopyRow(source.Vectors[i], sourceRow, row);
    }
}
