namespace LocalRag.Connectors.InMemory;

/// <summary>The contents of one collection, shared by everything that has it open.</summary>
/// <remarks>Writers take turns; readers take <see cref="Current"/> and never wait.</remarks>
internal sealed class CollectionData
{
    // Compaction copies the live rows; past a quarter of dead ones its cost per write is a small constant.
    private const int SmallestCompaction = 1024;

    private readonly Lock _writer = new();
    private readonly KeywordAnalyzer _analyzer;
    private Snapshot _current;
    private bool _dropped;

    public CollectionData(string name, CollectionSchema schema, KeywordAnalyzer analyzer)
    {
        Name = name;
        _analyzer = analyzer;
        _current = new Snapshot(new Table(schema, analyzer), 0, 0, new string?[schema.Vectors.Length]);
    }

    /// <summary>A collection that was read from a file.</summary>
    public CollectionData(string name, Table table, KeywordAnalyzer analyzer, string?[] spaces)
    {
        Name = name;
        _analyzer = analyzer;
        _current = new Snapshot(table, table.Rows, 0, spaces);
    }

    public string Name { get; }

    public CollectionSchema Schema => Current.Table.Schema;

    public KeywordAnalyzer Analyzer => _analyzer;

    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>Receives every change before it is published; null where no journal is kept.</summary>
    public IChangeLog? Log { get; set; }

    /// <summary>Appends rows, all visible at once. Later rows of a key supersede earlier ones.</summary>
    public void Upsert(IRowSource rows)
    {
        lock (_writer)
        {
            ThrowIfDropped();
            var current = _current;
            var table = current.Table;
            var first = table.Rows;
            table.EnsureCapacity(checked(first + rows.Count));
            var spaces = rows.CheckSpaces(current.Spaces);
            for (var i = 0; i < rows.Count; i++)
                rows.Write(i, table, first + i);
            // From here on nothing fails: rows are complete, and what follows only links them.
            Log?.Upsert(this, table, first, rows.Count, spaces);
            var version = current.Version + 1;
            table.Append(rows.Count, version);
            Publish(table, version, spaces);
        }
    }

    /// <summary>Deletes the given keys, all at once; unknown keys are ignored.</summary>
    public void Delete(IReadOnlyList<object> keys)
    {
        lock (_writer)
        {
            ThrowIfDropped();
            var current = _current;
            var rows = keys.Select(key => current.Resolve(current.Table.Keys.Find(key))).Where(row => row >= 0).Distinct().ToArray();
            if (rows.Length == 0)
                return;
            Log?.Delete(this, current.Table, rows);
            foreach (var row in rows)
                current.Table.MarkDeleted(row, current.Version + 1);
            Publish(current.Table, current.Version + 1, current.Spaces);
        }
    }

    /// <summary>Adds indexes that a newly opened record type asks for.</summary>
    public void Reindex(CollectionSchema schema)
    {
        lock (_writer)
        {
            if (!ReferenceEquals(schema, _current.Table.Schema))
                Publish(Rebuild(_current, schema), _current.Version + 1, _current.Spaces);
        }
    }

    /// <summary>Makes later writes fail; searches that have a snapshot finish on it.</summary>
    public void Drop()
    {
        lock (_writer)
        {
            Log?.Drop(this);
            _dropped = true;
        }
    }

    /// <summary>Makes later writes fail because another collection takes the name, in the same turn.</summary>
    public void Replace(Action takeName)
    {
        lock (_writer)
        {
            takeName();
            _dropped = true;
        }
    }

    /// <summary>Records all rows in a log, and every change from now on.</summary>
    public void Attach(IChangeLog log)
    {
        lock (_writer)
        {
            log.Create(this);
            Log = log;
        }
    }

    /// <summary>Holds writers back until <see cref="Exit"/>.</summary>
    public void Enter() => _writer.Enter();

    public void Exit() => _writer.Exit();

    private void Publish(Table table, long version, string?[] spaces)
    {
        if (table.DeadRows >= SmallestCompaction && table.DeadRows > table.Rows / 4)
            table = Rebuild(new Snapshot(table, table.Rows, version, spaces), table.Schema);
        Volatile.Write(ref _current, new Snapshot(table, table.Rows, version, spaces));
    }

    private Table Rebuild(Snapshot snapshot, CollectionSchema schema)
    {
        var count = snapshot.RowCount - snapshot.Table.DeadRows;
        var table = new Table(schema, _analyzer, count);
        table.EnsureCapacity(count);
        foreach (var row in snapshot.LiveRows())
        {
            table.CopyRow(snapshot.Table, row, table.Rows);
            table.Append(1, snapshot.Version);
        }

        return table;
    }

    private void ThrowIfDropped()
    {
        if (_dropped)
            throw Errors.CollectionMissing(Name);
    }
}
