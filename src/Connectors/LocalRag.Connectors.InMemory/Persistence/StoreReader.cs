using System.Text;

namespace LocalRag.Connectors.InMemory;

/// <summary>Opens the collections of a file: columns are read, vectors are used where they lie.</summary>
internal static unsafe class StoreReader
{
    public static List<CollectionData> Read(BlockReader file, CancellationToken cancellationToken)
    {
        try
        {
            using var directory = new BinaryReader(file.Open(file.DirectoryOffset, file.DirectoryBytes), Encoding.UTF8);
            var collections = new List<CollectionData>();
            for (var count = directory.ReadInt32(); count > 0; count--)
                collections.Add(ReadCollection(file, DirectoryEntry.Read(directory), cancellationToken));
            return collections;
        }
        catch (Exception error) when (error is EndOfStreamException or OverflowException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"'{file.Name}' has a directory that cannot be read: {error.Message} Restore the file from a copy, or build the index anew.", error);
        }
    }

    private static CollectionData ReadCollection(BlockReader file, DirectoryEntry entry, CancellationToken cancellationToken)
    {
        var analyzer = new KeywordAnalyzer(entry.Analysis);
        var table = new Table(entry.Schema, analyzer, entry.RowCount);
        for (var i = 0; i < table.Vectors.Length; i++)
            table.Vectors[i].Adopt(MapChunks(file, table.Vectors[i].Layout, entry.Vectors[i], entry.RowCount));
        table.EnsureCapacity(entry.RowCount);
        using var columns = new BinaryReader(file.Open(entry.ColumnsOffset, entry.ColumnsBytes), Encoding.UTF8);
        ReadColumn(columns, entry.Schema.Key.Type, table.KeyColumn, entry.RowCount, cancellationToken);
        for (var i = 0; i < table.Data.Length; i++)
            ReadColumn(columns, entry.Schema.Data[i].Type, table.Data[i], entry.RowCount, cancellationToken);
        table.Append(entry.RowCount, 0);
        return new CollectionData(entry.Name, table, analyzer, entry.Spaces);
    }

    private static void ReadColumn(BinaryReader reader, Type type, Column column, int rows, CancellationToken cancellationToken)
    {
        var codec = ColumnCodec.Create(type);
        for (var row = 0; row < rows; row++)
        {
            if ((row & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            codec.Read(reader, column, row);
        }
    }

    private static VectorChunk[] MapChunks(BlockReader file, VectorLayout layout, VectorSections sections, int rowCount)
    {
        var missing = sections.Missing == 0 ? null : file.Pointer(sections.Missing, rowCount);
        if (missing is not null)
            file.Verify(sections.Missing, rowCount);
        var chunks = new VectorChunk[(rowCount + VectorChunk.MaxRows - 1) >> VectorChunk.Shift];
        for (var i = 0; i < chunks.Length; i++)
        {
            long first = (long)i << VectorChunk.Shift;
            var count = (int)Math.Min(VectorChunk.MaxRows, rowCount - first);
            chunks[i] = layout.IsCompact
                ? VectorChunk.Map(file, count, null, (sbyte*)Part(sections.Codes, layout.CompactStride), null, null, (float*)Part(sections.Aux, sizeof(uint)))
                : VectorChunk.Map(
                    file,
                    count,
                    (float*)Part(sections.Rows, layout.Stride * sizeof(float)),
                    layout.HasCodes ? (sbyte*)Part(sections.Codes, layout.CodeStride) : null,
                    (float*)Part(sections.Scales, sizeof(float)),
                    (float*)Part(sections.Errors, sizeof(float)),
                    (float*)Part(sections.Aux, sizeof(float)));
            if (missing is not null)
                chunks[i].Missing = [.. Enumerable.Range(0, count).Select(row => missing[first + row] != 0)];

            byte* Part(long offset, long bytesPerRow) => file.Pointer(offset + first * bytesPerRow, count * bytesPerRow);
        }

        return chunks;
    }
}
