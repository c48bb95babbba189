using System.Text;

namespace LocalRag.Connectors.InMemory;

/// <summary>A file of changes that is read when a store opens: what a call has acknowledged survives the death of the process.</summary>
/// <remarks>
/// Entries reach the operating system before the change becomes visible, and the disk, where that is asked for, before the
/// call returns. The journal holds everything that the database holds; once more than half of it is dead it is written anew.
/// A collection with many rows is staged in several entries and created by the last, so a kill leaves all of it or nothing.
/// </remarks>
internal sealed class Journal : IChangeLog, IDisposable
{
    // Below this many dead records a rewrite is not worth its flush.
    private const int SmallestRewrite = 1024;
    private const int StagedEntryBytes = 1 << 22;

    private readonly Lock _gate = new();
    private readonly InMemoryDatabase _database;
    private readonly bool _flushToDisk;
    private JournalFile _file;
    private long _records;
    private long _nextCheck;

    private Journal(JournalFile file, InMemoryDatabase database, bool flushToDisk)
    {
        _file = file;
        _database = database;
        _flushToDisk = flushToDisk;
    }

    private enum Operation : byte
    {
        /// <summary>A new, empty collection that nobody sees yet.</summary>
        Stage = 1,

        /// <summary>Rows of a staged collection.</summary>
        StageRows = 2,

        /// <summary>The staged collection takes its name.</summary>
        Create = 3,
        Upsert = 4,
        Delete = 5,
        Drop = 6,
    }

    /// <summary>Everything recorded so far has been forced to the disk.</summary>
    public bool IsOnDisk => _file.IsFlushed(_file.End);

    /// <summary>Opens or creates a journal, repeats its changes in the database, and records the database's changes from now on.</summary>
    /// <exception cref="InvalidDataException">The file is no journal, or is damaged before its end.</exception>
    /// <exception cref="IOException">The file is in use by another store.</exception>
    /// <exception cref="InvalidOperationException">The database has a journal already.</exception>
    public static Journal Open(string path, InMemoryDatabase database, bool flushToDisk)
    {
        var journal = new Journal(JournalFile.Open(path), database, flushToDisk);
        try
        {
            database.Attach(journal, journal.Replay());
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Records a collection with all its rows.</summary>
    public void Create(CollectionData collection)
    {
        lock (_gate)
            _records += Write(_file, collection);
    }

    public void Upsert(CollectionData collection, Table table, int firstRow, int count, string?[] spaces)
    {
        using var entry = Entry(Operation.Upsert, collection.Name, writer => WriteRows(writer, table, spaces, Enumerable.Range(firstRow, count).ToArray()));
        Append(entry, count);
    }

    public void Delete(CollectionData collection, Table table, IReadOnlyList<int> rows)
    {
        using var entry = Entry(Operation.Delete, collection.Name, writer =>
        {
            writer.Write(rows.Count);
            var codec = ColumnCodec.Create(table.Schema.Key.Type);
            foreach (var row in rows)
                codec.Write(writer, table.KeyColumn, row);
        });
        Append(entry, rows.Count);
    }

    public void Drop(CollectionData collection)
    {
        using var entry = Entry(Operation.Drop, collection.Name, static _ => { });
        Append(entry, 1);
    }

    public Task CommitAsync()
    {
        JournalFile file;
        bool rewrite;
        lock (_gate)
        {
            file = _file;
            rewrite = _records >= _nextCheck && IsMostlyDead();
        }

        var position = file.End;
        return rewrite || (_flushToDisk && !file.IsFlushed(position)) ? Task.Run(() => Commit(file, position, rewrite)) : Task.CompletedTask;
    }

    public void Dispose()
    {
        if (_flushToDisk)
            _file.Flush(_file.End);
        _file.Dispose();
    }

    private static MemoryStream Entry(Operation operation, string collection, Action<BinaryWriter> write)
    {
        var entry = new MemoryStream();
        entry.SetLength(JournalFile.EntryHeaderBytes);
        entry.Position = JournalFile.EntryHeaderBytes;
        using var writer = new BinaryWriter(entry, Encoding.UTF8, leaveOpen: true);
        writer.Write((byte)operation);
        writer.Write(collection);
        write(writer);
        return entry;
    }

    private static void WriteRows(BinaryWriter writer, Table table, string?[] spaces, ReadOnlySpan<int> rows)
    {
        foreach (var space in spaces)
            writer.Write(space ?? "");
        writer.Write(rows.Length);
        var key = ColumnCodec.Create(table.Schema.Key.Type);
        var data = Array.ConvertAll(table.Schema.Data, p => ColumnCodec.Create(p.Type));
        foreach (var row in rows)
        {
            key.Write(writer, table.KeyColumn, row);
            for (var i = 0; i < data.Length; i++)
                data[i].Write(writer, table.Data[i], row);
            foreach (var vectors in table.Vectors)
            {
                writer.Write(!vectors.IsMissing(row));
                if (!vectors.IsMissing(row))
                    writer.Write(vectors.GetBytes(row));
            }
        }
    }

    private static JournalRows ReadRows(BinaryReader reader, CollectionSchema schema)
    {
        var spaces = Array.ConvertAll(schema.Vectors, _ => reader.ReadString() is { Length: > 0 } space ? space : null);
        return JournalRows.Read(reader, schema, spaces, reader.ReadInt32());
    }

    /// <returns>How many records were written.</returns>
    private static int Write(JournalFile file, CollectionData collection)
    {
        var snapshot = collection.Current;
        var schema = snapshot.Table.Schema;
        var none = new VectorSections(0, 0, 0, 0, 0, 0);
        using (var stage = Entry(Operation.Stage, collection.Name, new DirectoryEntry(collection.Name, collection.Analyzer.Analysis, schema, 0, snapshot.Spaces, [.. schema.Vectors.Select(_ => none)], 0, 0).Write))
            Append(file, stage);
        var rows = snapshot.LiveRows().ToArray();
        var step = Math.Max(1, StagedEntryBytes / (64 + snapshot.Table.Vectors.Sum(v => v.Layout.RowBytes)));
        for (var first = 0; first < rows.Length; first += step)
        {
            var start = first;
            using var part = Entry(Operation.StageRows, collection.Name, writer => WriteRows(writer, snapshot.Table, snapshot.Spaces, rows.AsSpan(start, Math.Min(step, rows.Length - start))));
            Append(file, part);
        }

        using var create = Entry(Operation.Create, collection.Name, static _ => { });
        Append(file, create);
        return 1 + rows.Length;
    }

    private static void Append(JournalFile file, MemoryStream entry) => file.Append(entry.GetBuffer().AsSpan(0, (int)entry.Length));

    private void Append(MemoryStream entry, int records)
    {
        lock (_gate)
        {
            Append(_file, entry);
            _records += records;
        }
    }

    private void Commit(JournalFile file, long position, bool rewrite)
    {
        if (rewrite)
            _database.Freeze(Rewrite);
        if (_flushToDisk)
            file.Flush(position);
    }

    /// <summary>Called while no collection changes.</summary>
    private void Rewrite(IEnumerable<CollectionData> collections)
    {
        lock (_gate)
        {
            // Somebody else may have been faster.
            if (!IsMostlyDead())
                return;
            var records = 0L;
            try
            {
                _file = _file.Rewrite(file =>
                {
                    foreach (var collection in collections)
                        records += Write(file, collection);
                });
                _records = records;
                _nextCheck = 2 * records + SmallestRewrite;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // No room for a second file: the first goes on growing, and is tried again later.
                _nextCheck = 2 * _records;
            }
        }
    }

    /// <summary>Also sets when to look again.</summary>
    private bool IsMostlyDead()
    {
        var limit = 2 * _database.CountLiveRows() + SmallestRewrite;
        _nextCheck = limit;
        return _records > limit;
    }

    private Dictionary<string, CollectionData> Replay()
    {
        var collections = new Dictionary<string, CollectionData>(StringComparer.Ordinal);
        var staged = new Dictionary<string, CollectionData>(StringComparer.Ordinal);
        foreach (var (offset, payload) in _file.ReadAll())
        {
            using var reader = new BinaryReader(new MemoryStream(payload), Encoding.UTF8);
            Apply(collections, staged, reader, offset);
        }

        return collections;
    }

    private void Apply(Dictionary<string, CollectionData> collections, Dictionary<string, CollectionData> staged, BinaryReader reader, long offset)
    {
        var operation = (Operation)reader.ReadByte();
        var name = reader.ReadString();
        if (operation == Operation.Stage)
        {
            var entry = DirectoryEntry.Read(reader);
            staged[name] = new CollectionData(name, entry.Schema, new KeywordAnalyzer(entry.Analysis));
            return;
        }

        if (!(operation is Operation.StageRows or Operation.Create ? staged : collections).TryGetValue(name, out var collection))
            throw _file.Damaged(offset);
        switch (operation)
        {
            case Operation.StageRows or Operation.Upsert:
                var rows = ReadRows(reader, collection.Schema);
                collection.Upsert(rows);
                _records += rows.Count;
                break;
            case Operation.Create:
                staged.Remove(name);
                collections[name] = collection;
                _records++;
                break;
            case Operation.Delete:
                var count = reader.ReadInt32();
                collection.Delete(ReadKeys(reader, collection.Schema.Key.Type, count));
                _records += count;
                break;
            case Operation.Drop:
                collections.Remove(name);
                _records++;
                break;
            default:
                throw _file.Damaged(offset);
        }
    }

    private static object[] ReadKeys(BinaryReader reader, Type type, int count)
    {
        var keys = Columns.Create(type);
        keys.EnsureCapacity(Math.Max(1, count));
        var codec = ColumnCodec.Create(type);
        for (var i = 0; i < count; i++)
            codec.Read(reader, keys, i);
        return [.. Enumerable.Range(0, count).Select(i => keys.GetBoxed(i)!)];
    }
}
