namespace LocalRag.Connectors.InMemory;

/// <summary>Where the parts of one vector property lie in a file.</summary>
internal sealed record VectorSections(long Rows, long Codes, long Scales, long Errors, long Aux, long Missing);

/// <summary>One collection in the directory of a file.</summary>
internal sealed record DirectoryEntry(
    string Name, KeywordAnalysis Analysis, CollectionSchema Schema, int RowCount, string?[] Spaces, VectorSections[] Vectors, long ColumnsOffset, long ColumnsBytes)
{
    public void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write((int)Analysis);
        writer.Write(RowCount);
        WriteProperty(writer, Schema.Key);
        writer.Write(Schema.Data.Length);
        foreach (var property in Schema.Data)
            WriteProperty(writer, property);
        writer.Write(Schema.Vectors.Length);
        for (var i = 0; i < Schema.Vectors.Length; i++)
        {
            var vector = Schema.Vectors[i];
            writer.Write(vector.Name);
            writer.Write(TypeNames.Write(vector.Element));
            writer.Write(vector.Dimensions);
            writer.Write(Metric.Get(vector.DistanceFunction).Name);
            writer.Write(Spaces[i] is not null);
            writer.Write(Spaces[i] ?? "");
            var sections = Vectors[i];
            foreach (var offset in (ReadOnlySpan<long>)[sections.Rows, sections.Codes, sections.Scales, sections.Errors, sections.Aux, sections.Missing])
                writer.Write(offset);
        }

        writer.Write(ColumnsOffset);
        writer.Write(ColumnsBytes);
    }

    public static DirectoryEntry Read(BinaryReader reader)
    {
        var name = reader.ReadString();
        var analysis = (KeywordAnalysis)reader.ReadInt32();
        var rowCount = reader.ReadInt32();
        var key = ReadProperty(reader);
        var data = new PropertySchema[reader.ReadInt32()];
        for (var i = 0; i < data.Length; i++)
            data[i] = ReadProperty(reader);
        var vectors = new VectorSchema[reader.ReadInt32()];
        var spaces = new string?[vectors.Length];
        var sections = new VectorSections[vectors.Length];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = new VectorSchema(reader.ReadString(), TypeNames.Read(reader.ReadString()), reader.ReadInt32(), reader.ReadString());
            var known = reader.ReadBoolean();
            var space = reader.ReadString();
            spaces[i] = known ? space : null;
            sections[i] = new VectorSections(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        }

        return new DirectoryEntry(name, analysis, new CollectionSchema(key, data, vectors), rowCount, spaces, sections, reader.ReadInt64(), reader.ReadInt64());
    }

    private static void WriteProperty(BinaryWriter writer, PropertySchema property)
    {
        writer.Write(property.Name);
        writer.Write(TypeNames.Write(property.Type));
        writer.Write(property.IsIndexed);
        writer.Write(property.IsFullTextIndexed);
    }

    private static PropertySchema ReadProperty(BinaryReader reader) =>
        new(reader.ReadString(), TypeNames.Read(reader.ReadString()), reader.ReadBoolean(), reader.ReadBoolean());
}
