using System.Runtime.InteropServices;

namespace LocalRag.Training.Export;

/// <summary>Collects nodes, weights, inputs and outputs, and writes them as an ONNX model (IR 8, opset 17).</summary>
/// <remarks>Field numbers are those of onnx.proto3. 17 is the first opset with LayerNormalization; Gelu came later and is composed.</remarks>
internal sealed class OnnxGraph(string name)
{
    private const int IrVersion = 8;
    private const int OpsetVersion = 17;
    private readonly List<ProtoMessage> _nodes = [];
    private readonly List<ProtoMessage> _initializers = [];
    private readonly List<ProtoMessage> _inputs = [];
    private readonly List<ProtoMessage> _outputs = [];
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Declares an input; a dimension below zero is dynamic and bears the name that stands for it.</summary>
    public string Input(string input, OnnxType type, params string[] dimensions)
    {
        _inputs.Add(ValueInfo(input, type, dimensions));
        return input;
    }

    /// <summary>Declares a value as output, under a name of its own.</summary>
    public void Output(string value, string output, OnnxType type, params string[] dimensions)
    {
        _nodes.Add(NodeMessage("Identity", [value], [output], []));
        _outputs.Add(ValueInfo(output, type, dimensions));
    }

    public string Weights(string tensor, float[] values, params long[] shape) =>
        Initializer(tensor, OnnxType.Float, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    public string Weights(string tensor, sbyte[] values, params long[] shape) =>
        Initializer(tensor, OnnxType.Int8, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    /// <summary>A scalar; equal ones are written once.</summary>
    public string Constant(float value) => Shared($"float_{value:R}", n => Weights(n, [value]));

    /// <summary>A list of integers; equal ones are written once.</summary>
    public string Constant(params long[] values) => Shared(
        $"ints_{string.Join('_', values)}", n => Initializer(n, OnnxType.Int64, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]));

    /// <summary>An integer without dimensions.</summary>
    public string Scalar(long value) => Shared($"int_{value}", n => Initializer(n, OnnxType.Int64, MemoryMarshal.AsBytes<long>([value]), []));

    /// <summary>Adds a node of one output and returns the output's name.</summary>
    public string Node(string operation, params string[] inputs) => Node(operation, inputs, []);

    /// <summary>Adds a node of one output with attributes: long, float or long[] values.</summary>
    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes) => Nodes(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node of several outputs.</summary>
    public string[] Nodes(string operation, string[] inputs, int outputCount, params (string Name, object Value)[] attributes)
    {
        string[] outputs = [.. Enumerable.Range(0, outputCount).Select(i => $"{operation}_{_count}{(i == 0 ? "" : $"_{i}")}")];
        _nodes.Add(NodeMessage(operation, inputs, outputs, attributes));
        return outputs;
    }

    public void WriteTo(Stream stream)
    {
        var graph = new ProtoMessage();
        _nodes.ForEach(n => graph.Message(1, n));
        graph.Text(2, name);
        _initializers.ForEach(i => graph.Message(5, i));
        _inputs.ForEach(i => graph.Message(11, i));
        _outputs.ForEach(o => graph.Message(12, o));
        var opset = new ProtoMessage();
        opset.Integer(2, OpsetVersion);
        var model = new ProtoMessage();
        model.Integer(1, IrVersion);
        model.Text(2, "LocalRag.Training");
        model.Message(7, graph);
        model.Message(8, opset);
        model.WriteTo(stream);
    }

    private ProtoMessage NodeMessage(string operation, string[] inputs, string[] outputs, (string Name, object Value)[] attributes)
    {
        var node = new ProtoMessage();
        Array.ForEach(inputs, i => node.Text(1, i));
        Array.ForEach(outputs, o => node.Text(2, o));
        node.Text(3, $"/{operation}_{_count++}");
        node.Text(4, operation);
        foreach (var (attribute, value) in attributes)
        {
            var message = new ProtoMessage();
            message.Text(1, attribute);
            switch (value)
            {
                case float number:
                    message.Float(2, number);
                    message.Integer(20, 1);
                    break;
                case long number:
                    message.Integer(3, number);
                    message.Integer(20, 2);
                    break;
                case long[] numbers:
                    Array.ForEach(numbers, n => message.Integer(8, n));
                    message.Integer(20, 7);
                    break;
                default:
                    throw new ArgumentException($"Attributes are float, long or long[], found {value.GetType()}.", nameof(attributes));
            }

            node.Message(5, message);
        }

        return node;
    }

    private string Initializer(string tensor, OnnxType type, ReadOnlySpan<byte> littleEndian, ReadOnlySpan<long> shape)
    {
        var message = new ProtoMessage();
        foreach (long size in shape)
        {
            message.Integer(1, size);
        }

        message.Integer(2, (long)type);
        message.Text(8, tensor);
        message.Bytes(9, littleEndian);
        _initializers.Add(message);
        return tensor;
    }

    private string Shared(string constant, Func<string, string> create)
    {
        if (!_constants.TryGetValue(constant, out string? existing))
        {
            _constants.Add(constant, existing = create(constant));
        }

        return existing;
    }

    private static ProtoMessage ValueInfo(string value, OnnxType type, string[] dimensions)
    {
        var shape = new ProtoMessage();
        foreach (string dimension in dimensions)
        {
            var size = new ProtoMessage();
            if (long.TryParse(dimension, out long fixedSize))
            {
                size.Integer(1, fixedSize);
            }
            else
            {
                size.Text(2, dimension);
            }

            shape.Message(1, size);
        }

        var tensor = new ProtoMessage();
        tensor.Integer(1, (long)type);
        tensor.Message(2, shape);
        var valueType = new ProtoMessage();
        valueType.Message(1, tensor);
        var info = new ProtoMessage();
        info.Text(1, value);
        info.Message(2, valueType);
        return info;
    }
}
