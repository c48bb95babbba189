using System.Diagnostics.CodeAnalysis;

namespace LocalRag.Connectors.InMemory;

/// <summary>Writes and reads single rows of a column; the type of the property decides the form.</summary>
internal abstract class ColumnCodec
{
    public static ColumnCodec Create(Type type) => PropertyTypes.Visit<Factory, ColumnCodec>(type, new Factory(type));

    public abstract void Write(BinaryWriter writer, Column column, int row);

    public abstract void Read(BinaryReader reader, Column column, int row);

    private static int ReadCount(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count < -1 || count > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new InvalidDataException($"A list claims {count} elements, which is more than the file holds.");
        return count;
    }

    private readonly struct Factory(Type type) : ITypeVisitor<ColumnCodec>
    {
        public ColumnCodec Scalar<T>() => new ScalarCodec<T>();

        public ColumnCodec Array<T>() => new ListCodec<T>(false);

        public ColumnCodec List<T>() => new ListCodec<T>(true);

        public ColumnCodec Boxed() => new EnumCodec(type);
    }

    private sealed class ScalarCodec<T> : ColumnCodec
    {
        public override void Write(BinaryWriter writer, Column column, int row) => WriteElement(writer, ((Column<T>)column)[row]);

        public override void Read(BinaryReader reader, Column column, int row) => ((Column<T>)column)[row] = ReadElement<T>(reader);
    }

    private sealed class ListCodec<T>(bool isList) : ColumnCodec
    {
        public override void Write(BinaryWriter writer, Column column, int row)
        {
            var values = isList ? (IList<T>?)((Column<List<T>?>)column)[row] : ((Column<T[]?>)column)[row];
            writer.Write(values?.Count ?? -1);
            foreach (var value in values ?? [])
                WriteElement(writer, value);
        }

        public override void Read(BinaryReader reader, Column column, int row)
        {
            var count = ReadCount(reader);
            T[]? values = count < 0 ? null : new T[count];
            for (var i = 0; i < count; i++)
                values![i] = ReadElement<T>(reader);
            if (isList)
                ((Column<List<T>?>)column)[row] = values is null ? null : [.. values];
            else
                ((Column<T[]?>)column)[row] = values;
        }
    }

    /// <summary>Enumerations by their value.</summary>
    private sealed class EnumCodec(Type type) : ColumnCodec
    {
        private readonly Type _enum = PropertyTypes.Core(type);

        public override void Write(BinaryWriter writer, Column column, int row)
        {
            var value = column.GetBoxed(row);
            if (value is System.Collections.IList list)
            {
                writer.Write(list.Count);
                foreach (var item in list)
                    writer.Write(Number(item!));
            }
            else
            {
                writer.Write(value is null ? -1 : 1);
                if (value is not null)
                    writer.Write(Number(value));
            }
        }

        [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Arrays of enumerations share the code of their underlying type.")]
        public override void Read(BinaryReader reader, Column column, int row)
        {
            var count = ReadCount(reader);
            if (PropertyTypes.ElementType(type) is null)
            {
                column.SetBoxed(row, count < 0 ? null : Enum.ToObject(_enum, reader.ReadInt64()));
                return;
            }

            if (count < 0)
            {
                column.SetBoxed(row, null);
                return;
            }

            var values = Array.CreateInstanceFromArrayType(_enum.MakeArrayType(), count);
            for (var i = 0; i < count; i++)
                values.SetValue(Enum.ToObject(_enum, reader.ReadInt64()), i);
            column.SetBoxed(row, values);
        }

        private static long Number(object value) =>
            Enum.GetUnderlyingType(value.GetType()) == typeof(ulong)
                ? unchecked((long)Convert.ToUInt64(value, null))
                : Convert.ToInt64(value, null);
    }

    private static void WriteElement<T>(BinaryWriter writer, T value)
    {
        if (default(T) is null)
        {
            writer.Write(value is not null);
            if (value is null)
                return;
        }

        ValueCodec.Write(writer, value);
    }

    private static T ReadElement<T>(BinaryReader reader) =>
        default(T) is null && !reader.ReadBoolean() ? default! : ValueCodec.Read<T>(reader);
}
