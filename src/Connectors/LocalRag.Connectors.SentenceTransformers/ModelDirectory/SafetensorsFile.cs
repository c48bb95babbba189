using System.Buffers;
using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Reads tensors of a safetensors file. The header is checked against the file before a byte of data is trusted.</summary>
/// <remarks>Layout: 8 bytes little-endian header length, a JSON header of name → dtype, shape, data_offsets, then the data (github.com/huggingface/safetensors).</remarks>
internal sealed class SafetensorsFile : IDisposable
{
    // The format's own limit.
    private const long LargestHeader = 100_000_000;

    private readonly FileStream _stream;
    private readonly string _path;
    private readonly long _dataStart;
    private readonly Dictionary<string, TensorEntry> _tensors;

    private sealed record TensorEntry(string Type, long[] Shape, long Begin, long End);

    private SafetensorsFile(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
        var header = ReadHeader();
        _dataStart = 8 + header.Length;
        _tensors = ParseHeader(header);
    }

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public static SafetensorsFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        try
        {
            return new(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>The shape of a tensor.</summary>
    public IReadOnlyList<long> Shape(string name) => Find(name).Shape;

    /// <summary>All values of a tensor, row-major, after a check of its shape. Reads F32, F16 and BF16.</summary>
    public float[] ReadFloats(string name, params ReadOnlySpan<long> shape)
    {
        var tensor = Find(name);
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            throw Invalid($"tensor '{name}' has the shape [{string.Join(", ", tensor.Shape)}]; expected [{string.Join(", ", shape.ToArray())}]");
        var count = 1L;
        foreach (var size in shape)
            count = checked(count * size);
        if (count > Array.MaxLength)
            throw Invalid($"tensor '{name}' has {count} values; at most {Array.MaxLength} fit into memory");

        var values = new float[count];
        _stream.Position = _dataStart + tensor.Begin;
        switch (tensor.Type)
        {
            case "F32":
                _stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                if (!BitConverter.IsLittleEndian)
                    BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(values), MemoryMarshal.Cast<float, int>(values.AsSpan()));
                break;
            case "F16":
                ReadShorts(values, (source, target) => TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(source), target));
                break;
            case "BF16":
                ReadShorts(values, (source, target) =>
                {
                    for (var i = 0; i < source.Length; i++)
                        target[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
                });
                break;
            default:
                throw Invalid($"tensor '{name}' has the type {tensor.Type}; expected F32, F16 or BF16");
        }

        return values;
    }

    public void Dispose() => _stream.Dispose();

    private void ReadShorts(float[] values, Action<ReadOnlySpan<ushort>, Span<float>> convert)
    {
        const int ChunkLength = 1 << 16;
        var chunk = ArrayPool<ushort>.Shared.Rent(ChunkLength);
        try
        {
            for (var start = 0; start < values.Length; start += ChunkLength)
            {
                var shorts = chunk.AsSpan(0, Math.Min(ChunkLength, values.Length - start));
                _stream.ReadExactly(MemoryMarshal.AsBytes(shorts));
                if (!BitConverter.IsLittleEndian)
                    BinaryPrimitives.ReverseEndianness(shorts, shorts);
                convert(shorts, values.AsSpan(start, shorts.Length));
            }
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(chunk);
        }
    }

    private byte[] ReadHeader()
    {
        Span<byte> prefix = stackalloc byte[8];
        if (_stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw Invalid("the file is shorter than the 8 bytes of its header length");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LargestHeader || (long)length > _stream.Length - 8)
            throw Invalid($"the header claims {length} bytes, but the file has {_stream.Length - 8} after its length field");
        var header = new byte[length];
        _stream.ReadExactly(header);
        return header;
    }

    private Dictionary<string, TensorEntry> ParseHeader(byte[] header)
    {
        var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(header);
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                    continue;
                var offsets = entry.Value.GetProperty("data_offsets");
                var tensor = new TensorEntry(
                    entry.Value.GetProperty("dtype").GetString() ?? "null",
                    [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
                    offsets[0].GetInt64(), offsets[1].GetInt64());
                Check(entry.Name, tensor);
                if (!tensors.TryAdd(entry.Name, tensor))
                    throw Invalid($"tensor '{entry.Name}' is listed twice");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw Invalid($"the header cannot be read ({exception.Message})", exception);
        }

        CheckOverlaps(tensors);
        return tensors;
    }

    private void Check(string name, TensorEntry tensor)
    {
        var dataLength = _stream.Length - _dataStart;
        if (tensor.Begin < 0 || tensor.End < tensor.Begin || tensor.End > dataLength)
            throw Invalid($"tensor '{name}' claims the bytes {tensor.Begin} to {tensor.End} of {dataLength}");
        long bytes = tensor.Type switch
        {
            "F64" or "I64" or "U64" => 8,
            "F32" or "I32" or "U32" => 4,
            "F16" or "BF16" or "I16" or "U16" => 2,
            _ => 1,
        };
        foreach (var size in tensor.Shape)
        {
            if (size < 0 || (size > 0 && bytes > dataLength / size + 1))
                throw Invalid($"tensor '{name}' declares the shape [{string.Join(", ", tensor.Shape)}], more than the file holds");
            bytes *= size;
        }

        if (bytes != tensor.End - tensor.Begin)
            throw Invalid($"tensor '{name}' declares {tensor.Type} of shape [{string.Join(", ", tensor.Shape)}], {bytes} bytes, but its data are {tensor.End - tensor.Begin} bytes");
    }

    private void CheckOverlaps(Dictionary<string, TensorEntry> tensors)
    {
        var end = 0L;
        foreach (var (name, tensor) in tensors.OrderBy(entry => entry.Value.Begin))
        {
            if (tensor.Begin < end)
                throw Invalid($"the data of tensor '{name}' overlap those of another tensor");
            end = tensor.End;
        }
    }

    private TensorEntry Find(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor
        : throw Invalid($"tensor '{name}' is missing; found: {string.Join(", ", _tensors.Keys.Take(8))}{(_tensors.Count > 8 ? ", …" : "")}");

    private InvalidDataException Invalid(string reason, Exception? inner = null) =>
        new($"'{_path}' is not a usable safetensors file: {reason}. Fetch or save the file again.", inner);
}
