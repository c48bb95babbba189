using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace LocalRag.Training.Weights;

/// <summary>Reads and writes safetensors files: u64 header length, JSON header, then the little-endian bytes.</summary>
internal static class SafeTensorsFile
{
    private const long MaxHeaderBytes = 100_000_000;

    /// <summary>All tensors of the file in fp32, in file order; the caller owns them. F32, F16 and BF16 are read, integer buffers are left out.</summary>
    /// <exception cref="InvalidDataException">The header lies about the file, or a tensor has another type.</exception>
    public static IReadOnlyList<KeyValuePair<string, Tensor>> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        using var header = ReadHeader(stream, path, out long dataStart);
        var tensors = new List<KeyValuePair<string, Tensor>>();
        try
        {
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__" || ReadEntry(entry, stream.Length - dataStart, path) is not { } layout)
                {
                    continue;
                }

                using var raw = empty(layout.Shape, layout.Type);
                stream.Position = dataStart + layout.Offset;
                stream.ReadExactly(raw.bytes);
                tensors.Add(new(entry.Name, raw.to(ScalarType.Float32, copy: true).DetachFromDisposeScope()));
            }
        }
        catch
        {
            tensors.ForEach(t => t.Value.Dispose());
            throw;
        }

        return tensors;
    }

    /// <summary>Writes the tensors as fp32 with the metadata that Python's loaders ask for.</summary>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var all = tensors.ToList();
        byte[] header = Header(all);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, tensor) in all)
        {
            using var scope = NewDisposeScope();
            stream.Write(tensor.detach().to(ScalarType.Float32).cpu().contiguous().bytes);
        }
    }

    private static byte[] Header(List<KeyValuePair<string, Tensor>> tensors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (long size in tensor.shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += tensor.numel() * sizeof(float);
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Aligned to eight bytes, as the reference writer does, so that the data can be mapped.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static JsonDocument ReadHeader(FileStream stream, string path, out long dataStart)
    {
        Span<byte> length = stackalloc byte[8];
        if (stream.ReadAtLeast(length, 8, throwOnEndOfStream: false) < 8)
        {
            throw new InvalidDataException($"'{path}' is no safetensors file: it has {stream.Length} bytes. Download the model again.");
        }

        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerBytes > MaxHeaderBytes || (long)headerBytes > stream.Length - 8)
        {
            throw new InvalidDataException($"'{path}' declares a header of {headerBytes} bytes in a file of {stream.Length}. Download the model again.");
        }

        dataStart = 8 + (long)headerBytes;
        byte[] header = new byte[headerBytes];
        stream.ReadExactly(header);
        try
        {
            var document = JsonDocument.Parse(header);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new JsonException("the root is no object");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The header of '{path}' is not the JSON object of a safetensors file: {e.Message}", e);
        }
    }

    private static (ScalarType Type, long[] Shape, long Offset)? ReadEntry(JsonProperty entry, long dataBytes, string path)
    {
        try
        {
            string type = entry.Value.GetProperty("dtype").GetString()!;
            ScalarType? scalarType = type switch
            {
                "F32" => ScalarType.Float32,
                "F16" => ScalarType.Float16,
                "BF16" => ScalarType.BFloat16,
                _ => null,
            };
            if (scalarType is null)
            {
                // Old checkpoints carry position_ids; nothing else in these architectures is an integer.
                return type is "I64" or "I32" or "U8" or "BOOL" ? null
                    : throw new InvalidDataException($"'{path}', tensor {entry.Name}: dtype is {type}; F32, F16 and BF16 are supported. Convert the weights to one of them.");
            }

            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
            var offsets = entry.Value.GetProperty("data_offsets");
            long start = offsets[0].GetInt64(), end = offsets[1].GetInt64();
            long expected = shape.Aggregate(scalarType == ScalarType.Float32 ? 4L : 2L, (a, b) => b < 0 ? throw new OverflowException() : checked(a * b));
            return start >= 0 && end <= dataBytes && end - start == expected ? (scalarType.Value, shape, start)
                : throw new InvalidDataException($"'{path}', tensor {entry.Name}: shape [{string.Join(", ", shape)}] needs {expected} bytes, but data_offsets are [{start}, {end}] of {dataBytes}. Download the model again.");
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"'{path}', tensor {entry.Name}: dtype, shape and data_offsets were expected, found {entry.Value.GetRawText()}.", e);
        }
    }
}
