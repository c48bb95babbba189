using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace LocalRag.Connectors.InMemory;

/// <summary>An append-only file of changes: what a call has acknowledged survives the death of the process.</summary>
/// <remarks>
/// Entries are [length][CRC-32C][payload]. They reach the operating system before the change becomes visible; they are not
/// forced to the disk, so a power failure may lose the last ones. An incomplete last entry belongs to a call that never
/// returned and is cut off; any other damage is an error.
/// </remarks>
internal sealed class Journal : IChangeLog, IDisposable
{
    private const int HeaderBytes = 8;
    private const int LargestEntry = 1 << 30;

    private readonly Lock _gate = new();
    private readonly FileStream _stream;
    private readonly string _path;

    private Journal(string path)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
    }

    private enum Operation : byte
    {
        Create = 1,
        Upsert = 2,
        Delete = 3,
        Drop = 4,
    }

    /// <summary>Opens or creates a journal, repeats its changes in the database, and records the database's changes from now on.</summary>
    /// <exception cref="InvalidDataException">The file is no journal, or is damaged before its end.</exception>
    /// <exception cref="IOException">The file is in use by another store.</exception>
    public static Journal Open(string path, InMemoryDatabase database)
    {
        var journal = new Journal(path);
        try
        {
            journal.Replay(database);
            database.Log = journal;
            foreach (var collection in database.Collections.Values)
                collection.Log = journal;
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    public void Create(CollectionData collection) => Append(Operation.Create, collection, writer =>
    {
        var snapshot = collection.Current;
        var schema = snapshot.Table.Schema;
        new DirectoryEntry(collection.Name, collection.Analyzer.Analysis, schema, 0, snapshot.Spaces, [.. schema.Vectors.Select(_ => new VectorSections(0, 0, 0, 0, 0, 0))], 0, 0).Write(writer);
        var rows = snapshot.LiveRows().ToArray();
        writer.Write(rows.Length);
        WriteRows(writer, snapshot.Table, rows);
    });

    public void Upsert(CollectionData collection, Table table, int firstRow, int count, string?[] spaces) => Append(Operation.Upsert, collection, writer =>
    {
        foreach (var space in spaces)
            writer.Write(space ?? "");
        writer.Write(count);
        WriteRows(writer, table, Enumerable.Range(firstRow, count));
    });

    public void Delete(CollectionData collection, Table table, IReadOnlyList<int> rows) => Append(Operation.Delete, collection, writer =>
    {
        writer.Write(rows.Count);
        var codec = ColumnCodec.Create(table.Schema.Key.Type);
        foreach (var row in rows)
            codec.Write(writer, table.KeyColumn, row);
    });

    public void Drop(CollectionData collection) => Append(Operation.Drop, collection, static _ => { });

    public void Dispose() => _stream.Dispose();

    private static void WriteRows(BinaryWriter writer, Table table, IEnumerable<int> rows)
    {
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
                    writer.Write(MemoryMarshal.AsBytes(vectors.Get(row).AsSpan()));
            }
        }
    }

    private void Append(Operation operation, CollectionData collection, Action<BinaryWriter> write)
    {
        using var entry = new MemoryStream();
        entry.SetLength(HeaderBytes);
        entry.Position = HeaderBytes;
        using (var writer = new BinaryWriter(entry, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write((byte)operation);
            writer.Write(collection.Name);
            write(writer);
        }

        var bytes = entry.GetBuffer().AsSpan(0, (int)entry.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], FileFormat.Checksum(bytes[HeaderBytes..]));
        lock (_gate)
            _stream.Write(bytes);
    }

    private void Replay(InMemoryDatabase database)
    {
        var header = new byte[HeaderBytes];
        while (_stream.Position < _stream.Length)
        {
            var start = _stream.Position;
            var complete = _stream.Length - start >= HeaderBytes;
            if (complete)
                _stream.ReadExactly(header);
            var length = complete ? BinaryPrimitives.ReadInt32LittleEndian(header) : 0;
            if (complete && length is < 1 or > LargestEntry)
                throw Damaged(start);
            if (!complete || _stream.Length - _stream.Position < length)
            {
                _stream.SetLength(start);
                _stream.Position = start;
                return;
            }

            var payload = new byte[length];
            _stream.ReadExactly(payload);
            if (FileFormat.Checksum(payload) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)))
                throw Damaged(start);
            using var reader = new BinaryReader(new MemoryStream(payload), Encoding.UTF8);
            Apply(database, reader, start);
        }
    }

    private void Apply(InMemoryDatabase database, BinaryReader reader, long offset)
    {
        var operation = (Operation)reader.ReadByte();
        var name = reader.ReadString();
        if (operation == Operation.Create)
        {
            var entry = DirectoryEntry.Read(reader);
            var created = new CollectionData(name, entry.Schema, new KeywordAnalyzer(entry.Analysis));
            database.Collections[name] = created;
            created.Upsert(JournalRows.Read(reader, entry.Schema, entry.Spaces, reader.ReadInt32()));
            return;
        }

        if (!database.Collections.TryGetValue(name, out var collection))
            throw Damaged(offset);
        switch (operation)
        {
            case Operation.Upsert:
                var spaces = Array.ConvertAll(collection.Schema.Vectors, _ => reader.ReadString() is { Length: > 0 } space ? space : null);
                collection.Upsert(JournalRows.Read(reader, collection.Schema, spaces, reader.ReadInt32()));
                break;
            case Operation.Delete:
                var keys = Columns.Create(collection.Schema.Key.Type);
                var count = reader.ReadInt32();
                keys.EnsureCapacity(Math.Max(1, count));
                for (var i = 0; i < count; i++)
                    ColumnCodec.Create(collection.Schema.Key.Type).Read(reader, keys, i);
                collection.Delete([.. Enumerable.Range(0, count).Select(i => keys.GetBoxed(i)!)]);
                break;
            case Operation.Drop:
                database.Remove(name);
                break;
            default:
                throw Damaged(offset);
        }
    }

    private InvalidDataException Damaged(long offset) => new(
        $"'{_path}' is damaged: the entry at offset {offset} does not match its checksum. Restore the file from a copy, or delete it to start anew.");
}
