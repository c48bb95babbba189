using System.Runtime.InteropServices;
using System.Text;

namespace LocalRag.Connectors.InMemory;

/// <summary>Single values in binary form; exact for every value, lone surrogates included.</summary>
internal static class ValueCodec
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static void Write<T>(BinaryWriter writer, T value)
    {
        switch (value)
        {
            case null: throw new InvalidOperationException("Null is written by the column.");
            case string v: WriteString(writer, v); break;
            case bool v: writer.Write(v); break;
            case char v: writer.Write((ushort)v); break;
            case sbyte v: writer.Write(v); break;
            case byte v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case ulong v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            case decimal v: writer.Write(v); break;
            case Guid v: writer.Write(v.ToByteArray()); break;
            case DateTime v: writer.Write(v.Ticks); writer.Write((byte)v.Kind); break;
            case DateTimeOffset v: writer.Write(v.Ticks); writer.Write((short)v.Offset.TotalMinutes); break;
            case DateOnly v: writer.Write(v.DayNumber); break;
            case TimeOnly v: writer.Write(v.Ticks); break;
            case TimeSpan v: writer.Write(v.Ticks); break;
            default: throw new NotSupportedException($"Values of type '{typeof(T)}' cannot be saved.");
        }
    }

    public static T Read<T>(BinaryReader reader)
    {
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        object value = type switch
        {
            _ when type == typeof(string) => ReadString(reader),
            _ when type == typeof(bool) => reader.ReadBoolean(),
            _ when type == typeof(char) => (char)reader.ReadUInt16(),
            _ when type == typeof(sbyte) => reader.ReadSByte(),
            _ when type == typeof(byte) => reader.ReadByte(),
            _ when type == typeof(short) => reader.ReadInt16(),
            _ when type == typeof(ushort) => reader.ReadUInt16(),
            _ when type == typeof(int) => reader.ReadInt32(),
            _ when type == typeof(uint) => reader.ReadUInt32(),
            _ when type == typeof(long) => reader.ReadInt64(),
            _ when type == typeof(ulong) => reader.ReadUInt64(),
            _ when type == typeof(float) => reader.ReadSingle(),
            _ when type == typeof(double) => reader.ReadDouble(),
            _ when type == typeof(decimal) => reader.ReadDecimal(),
            _ when type == typeof(Guid) => new Guid(reader.ReadBytes(16)),
            _ when type == typeof(DateTime) => new DateTime(reader.ReadInt64(), (DateTimeKind)reader.ReadByte()),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(reader.ReadInt64(), TimeSpan.FromMinutes(reader.ReadInt16())),
            _ when type == typeof(DateOnly) => DateOnly.FromDayNumber(reader.ReadInt32()),
            _ when type == typeof(TimeOnly) => new TimeOnly(reader.ReadInt64()),
            _ when type == typeof(TimeSpan) => new TimeSpan(reader.ReadInt64()),
            _ => throw new NotSupportedException($"Values of type '{type}' cannot be loaded."),
        };
        return (T)value;
    }

    private static void WriteString(BinaryWriter writer, string text)
    {
        try
        {
            var bytes = Strict.GetBytes(text);
            writer.Write((long)bytes.Length << 1);
            writer.Write(bytes);
        }
        catch (EncoderFallbackException)
        {
            // UTF-8 has no lone surrogates; UTF-16 keeps them.
            writer.Write(((long)text.Length * 2 << 1) | 1);
            writer.Write(MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }

    private static string ReadString(BinaryReader reader)
    {
        var header = reader.ReadInt64();
        var length = checked((int)(header >> 1));
        if (length < 0 || length > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new InvalidDataException($"A text claims {length} bytes, which is more than the file holds.");
        var bytes = reader.ReadBytes(length);
        return (header & 1) == 0 ? Strict.GetString(bytes) : new string(MemoryMarshal.Cast<byte, char>(bytes));
    }
}
