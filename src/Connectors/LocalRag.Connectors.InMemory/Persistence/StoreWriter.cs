using System.Buffers.Binary;
using System.Text;

namespace LocalRag.Connectors.InMemory;

/// <summary>Writes snapshots of collections: live rows only, in their order.</summary>
internal static unsafe class StoreWriter
{
    public static void Write(Stream stream, IEnumerable<CollectionData> collections, CancellationToken cancellationToken)
    {
        var writer = new BlockWriter(stream);
        Span<byte> head = stackalloc byte[FileFormat.EdgeBytes];
        head.Clear();
        FileFormat.HeadMagic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], FileFormat.Version);
        writer.Write(head);

        var entries = collections.Select(c => WriteCollection(writer, c, cancellationToken)).ToList();
        using var directory = new MemoryStream();
        using (var binary = new BinaryWriter(directory, Encoding.UTF8, leaveOpen: true))
        {
            binary.Write(entries.Count);
            foreach (var entry in entries)
                entry.Write(binary);
        }

        var offset = WriteSection(writer, directory);
        writer.Finish(offset, directory.Length);
    }

    private static DirectoryEntry WriteCollection(BlockWriter writer, CollectionData collection, CancellationToken cancellationToken)
    {
        var snapshot = collection.Current;
        var table = snapshot.Table;
        var rows = snapshot.LiveRows().ToArray();
        var vectors = new VectorSections[table.Vectors.Length];
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = WriteVectors(writer, table.Vectors[i], rows, cancellationToken);

        cancellationToken.ThrowIfCancellationRequested();
        using var columns = new MemoryStream();
        using (var binary = new BinaryWriter(columns, Encoding.UTF8, leaveOpen: true))
        {
            WriteColumn(binary, table.Schema.Key.Type, table.KeyColumn, rows);
            for (var i = 0; i < table.Data.Length; i++)
                WriteColumn(binary, table.Schema.Data[i].Type, table.Data[i], rows);
        }

        var offset = WriteSection(writer, columns);
        return new DirectoryEntry(collection.Name, collection.Analyzer.Analysis, table.Schema, rows.Length, snapshot.Spaces, vectors, offset, columns.Length);
    }

    private static void WriteColumn(BinaryWriter writer, Type type, Column column, int[] rows)
    {
        var codec = ColumnCodec.Create(type);
        foreach (var row in rows)
            codec.Write(writer, column, row);
    }

    private static VectorSections WriteVectors(BlockWriter writer, VectorColumn column, int[] rows, CancellationToken cancellationToken)
    {
        var layout = column.Layout;
        if (layout.IsCompact)
        {
            var bytes = WritePart(writer, column, rows, layout.CompactStride, static c => (byte*)c.Codes, cancellationToken);
            var norms = WritePart(writer, column, rows, sizeof(uint), static c => (byte*)c.Aux, cancellationToken);
            return new VectorSections(0, bytes, 0, 0, norms, WriteMissing(writer, column, rows));
        }

        var codes = layout.HasCodes ? WritePart(writer, column, rows, layout.CodeStride, static c => (byte*)c.Codes, cancellationToken) : 0;
        var scales = WritePart(writer, column, rows, sizeof(float), static c => (byte*)c.Scales, cancellationToken);
        var errors = WritePart(writer, column, rows, sizeof(float), static c => (byte*)c.Errors, cancellationToken);
        var aux = WritePart(writer, column, rows, sizeof(float), static c => (byte*)c.Aux, cancellationToken);
        var values = WritePart(writer, column, rows, layout.Stride * sizeof(float), static c => (byte*)c.Rows, cancellationToken);
        return new VectorSections(values, codes, scales, errors, aux, WriteMissing(writer, column, rows));
    }

    private static long WriteMissing(BlockWriter writer, VectorColumn column, int[] rows) =>
        rows.Any(column.IsMissing) ? WriteBytes(writer, Array.ConvertAll(rows, row => column.IsMissing(row) ? (byte)1 : (byte)0)) : 0;

    /// <summary>Writes one part of every row; neighbours in memory go out in one piece.</summary>
    private static long WritePart(BlockWriter writer, VectorColumn column, int[] rows, int bytesPerRow, PartOf part, CancellationToken cancellationToken)
    {
        var offset = writer.AlignToPage();
        for (var i = 0; i < rows.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chunk = column.Chunks[rows[i] >> VectorChunk.Shift];
            var local = rows[i] & (VectorChunk.MaxRows - 1);
            var count = 1;
            while (i + count < rows.Length && rows[i + count] == rows[i] + count && local + count < VectorChunk.MaxRows)
                count++;
            var source = part(chunk) + (long)local * bytesPerRow;
            chunk.Source?.Verify(source, (long)count * bytesPerRow);
            writer.Write(source, (long)count * bytesPerRow);
            GC.KeepAlive(chunk);
            i += count;
        }

        return offset;
    }

    private static long WriteBytes(BlockWriter writer, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return WriteSection(writer, stream);
    }

    private static long WriteSection(BlockWriter writer, MemoryStream section)
    {
        var offset = writer.AlignToPage();
        section.Position = 0;
        var buffer = new byte[1 << 16];
        int read;
        while ((read = section.Read(buffer)) > 0)
            writer.Write(buffer.AsSpan(0, read));
        writer.AlignToPage();
        return offset;
    }

    private delegate byte* PartOf(VectorChunk chunk);
}
