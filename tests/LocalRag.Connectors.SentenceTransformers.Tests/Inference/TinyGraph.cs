using System.Runtime.InteropServices;
using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Inference;

/// <summary>Writes small ONNX graphs byte by byte (onnx.proto), for shapes and types that no golden model has.</summary>
#pragma warning disable CA1001 // A MemoryStream holds nothing that needs disposing.
internal sealed class TinyGraph
{
    public const int Float = 1, Int32 = 6, Int64 = 7, Float16 = 10;

    private readonly MemoryStream _graph = new();

    public TinyGraph Input(string name, int type, params object[] dimensions) => Value(11, name, type, dimensions);

    public TinyGraph Output(string name, int type, params object[] dimensions) => Value(12, name, type, dimensions);

    public TinyGraph Constant(string name, float[] values, params long[] dimensions) =>
        Tensor(name, Float, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), dimensions);

    public TinyGraph Constant(string name, long[] values, params long[] dimensions) =>
        Tensor(name, Int64, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), dimensions);

    /// <summary>The token table of <see cref="Embedding"/>, with its values in a file beside the graph.</summary>
    public TinyGraph ExternalEmbedding(int rows, int width, string location)
    {
        var tensor = new MemoryStream();
        Number(tensor, 1, rows);
        Number(tensor, 1, width);
        Number(tensor, 2, Float);
        Text(tensor, 8, "table");
        foreach (var (key, value) in new[] { ("location", location), ("offset", "0"), ("length", $"{4 * rows * width}") })
        {
            var entry = new MemoryStream();
            Text(entry, 1, key);
            Text(entry, 2, value);
            Bytes(tensor, 13, entry.ToArray());
        }

        Number(tensor, 14, 1);
        Bytes(_graph, 5, tensor.ToArray());
        return Node("Gather", ["table", "input_ids"], "states");
    }

    /// <summary>A node; the attribute is an integer.</summary>
    public TinyGraph Node(string operation, string[] inputs, string output, string? attribute = null, long value = 0)
    {
        var node = new MemoryStream();
        foreach (var input in inputs)
            Text(node, 1, input);
        Text(node, 2, output);
        Text(node, 4, operation);
        if (attribute is not null)
        {
            var field = new MemoryStream();
            Text(field, 1, attribute);
            Number(field, 3, value);
            Number(field, 20, 2);
            Bytes(node, 5, field.ToArray());
        }

        Bytes(_graph, 1, node.ToArray());
        return this;
    }

    /// <summary>The token table of <paramref name="rows"/> × <paramref name="width"/>, and "states" = table[input_ids].</summary>
    public TinyGraph Embedding(int rows, int width) =>
        Constant("table", Table(rows, width), rows, width).Node("Gather", ["table", "input_ids"], "states");

    public static float[] Table(int rows, int width) => [.. Enumerable.Range(0, rows * width).Select(i => i % 97 / 97f - 0.5f)];

    public byte[] ToBytes()
    {
        Text(_graph, 2, "tiny");
        var model = new MemoryStream();
        Number(model, 1, 8);
        var opset = new MemoryStream();
        Text(opset, 1, "");
        Number(opset, 2, 17);
        Bytes(model, 8, opset.ToArray());
        Bytes(model, 7, _graph.ToArray());
        return model.ToArray();
    }

    private TinyGraph Tensor(string name, int type, byte[] data, long[] dimensions)
    {
        var tensor = new MemoryStream();
        foreach (var dimension in dimensions)
            Number(tensor, 1, dimension);
        Number(tensor, 2, type);
        Text(tensor, 8, name);
        Bytes(tensor, 9, data);
        Bytes(_graph, 5, tensor.ToArray());
        return this;
    }

    private TinyGraph Value(int field, string name, int type, object[] dimensions)
    {
        var shape = new MemoryStream();
        foreach (var dimension in dimensions)
        {
            var one = new MemoryStream();
            if (dimension is int size)
                Number(one, 1, size);
            else
                Text(one, 2, (string)dimension);
            Bytes(shape, 1, one.ToArray());
        }

        var tensor = new MemoryStream();
        Number(tensor, 1, type);
        Bytes(tensor, 2, shape.ToArray());
        var wrapped = new MemoryStream();
        Bytes(wrapped, 1, tensor.ToArray());
        var value = new MemoryStream();
        Text(value, 1, name);
        Bytes(value, 2, wrapped.ToArray());
        Bytes(_graph, field, value.ToArray());
        return this;
    }

    private static void Text(MemoryStream stream, int field, string text) => Bytes(stream, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(MemoryStream stream, int field, byte[] bytes)
    {
        Varint(stream, (ulong)(field << 3 | 2));
        Varint(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    private static void Number(MemoryStream stream, int field, long value)
    {
        Varint(stream, (ulong)(field << 3));
        Varint(stream, (ulong)value);
    }

    private static void Varint(MemoryStream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
