namespace LocalRag.Connectors.InMemory;

/// <summary>Rows of a journal entry, ready to be written again.</summary>
internal sealed class JournalRows(Table rows, int count, string?[] spaces) : IRowSource
{
    public int Count => count;

    public static JournalRows Read(BinaryReader reader, CollectionSchema schema, string?[] spaces, int count)
    {
        // A bare table is the simplest place to keep typed rows; its indexes stay empty.
        var table = new Table(schema, new KeywordAnalyzer(default));
        table.EnsureCapacity(count);
        var key = ColumnCodec.Create(schema.Key.Type);
        var data = Array.ConvertAll(schema.Data, p => ColumnCodec.Create(p.Type));
        for (var row = 0; row < count; row++)
        {
            key.Read(reader, table.KeyColumn, row);
            for (var i = 0; i < data.Length; i++)
                data[i].Read(reader, table.Data[i], row);
            foreach (var vectors in table.Vectors)
            {
                if (reader.ReadBoolean())
                    vectors.SetBytes(row, reader.ReadBytes(vectors.Layout.RowBytes));
                else
                    vectors.SetMissing(row);
            }
        }

        return new JournalRows(table, count, spaces);
    }

    public string?[] CheckSpaces(string?[] current) => [.. current.Zip(spaces, static (old, now) => now ?? old)];

    public void Write(int index, Table table, int row) => table.CopyRow(rows, index, row);
}
