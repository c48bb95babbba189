using LocalRag.Training.Encoder;
using LocalRag.Training.Weights;
using static TorchSharp.torch;

namespace LocalRag.Training.Export;

/// <summary>Builds the ONNX graph of an encoder, with or without a classification head, in fp32 or dynamically quantised int8.</summary>
internal sealed class EncoderGraph
{
    private readonly EncoderConfiguration _c;
    private readonly ParameterSet _parameters;
    private readonly bool _int8;
    private readonly OnnxGraph _graph = new("main_graph");
    private readonly Dictionary<string, string[]> _quantized = new(StringComparer.Ordinal);

    private EncoderGraph(EncoderConfiguration configuration, ParameterSet parameters, bool int8) =>
        (_c, _parameters, _int8) = (configuration, parameters, int8);

    /// <summary>A cross-encoder: output <c>logits</c> [batch, labels].</summary>
    /// <param name="feedsTokenTypes">False leaves the input token_type_ids out, since all would be 0.</param>
    public static OnnxGraph Classifier(CrossEncoderNetwork network, bool feedsTokenTypes, bool int8)
    {
        var graph = new EncoderGraph(network.Configuration, network.Parameters, int8);
        string state = graph._graph.Node("Gather", [graph.States(feedsTokenTypes), graph._graph.Scalar(0)], ("axis", 1L));
        var head = network.Configuration.Layout.Head;
        state = graph.Dense(state, head.Dense, mayQuantize: false);
        state = graph._graph.Node(head.Activation == HeadActivation.Tanh ? "Tanh" : "Relu", state);
        graph._graph.Output(graph.Dense(state, head.Output, mayQuantize: false), "logits", OnnxType.Float, "batch", $"{network.LabelCount}");
        return graph._graph;
    }

    /// <summary>A bare encoder: output <c>last_hidden_state</c> [batch, sequence, hidden].</summary>
    /// <param name="feedsTokenTypes">False leaves the input token_type_ids out, since all would be 0.</param>
    public static OnnxGraph Encoder(EncoderConfiguration configuration, ParameterSet parameters, bool feedsTokenTypes, bool int8)
    {
        var graph = new EncoderGraph(configuration, parameters, int8);
        graph._graph.Output(graph.States(feedsTokenTypes), "last_hidden_state", OnnxType.Float, "batch", "sequence", $"{configuration.HiddenSize}");
        return graph._graph;
    }

    private string States(bool feedsTokenTypes)
    {
        string ids = _graph.Input("input_ids", OnnxType.Int64, "batch", "sequence");
        string mask = _graph.Input("attention_mask", OnnxType.Int64, "batch", "sequence");
        string states = _graph.Node("Add", WordRows(ids), Positions(ids));
        if (_c.Layout.HasTokenTypes)
        {
            string table = EncoderNames.TokenTypeEmbeddings;
            string rows = feedsTokenTypes
                ? _graph.Node("Gather", Weights(table, [_c.TokenTypeCount, _c.HiddenSize]), _graph.Input("token_type_ids", OnnxType.Int64, "batch", "sequence"))
                : _graph.Weights(table, Values(table)[.._c.HiddenSize], _c.HiddenSize);
            states = _graph.Node("Add", states, rows);
        }

        states = Norm(states, EncoderNames.EmbeddingNorm);
        string bias = AttentionBias(ids, mask);
        for (int i = 0; i < _c.LayerCount; i++)
        {
            states = Layer(states, bias, $"{_c.Layout.LayerPrefix}{i}.");
        }

        return states;
    }

    private string WordRows(string ids)
    {
        const string table = EncoderNames.WordEmbeddings;
        if (!_int8)
        {
            return _graph.Node("Gather", Weights(table, [_c.VocabularySize, _c.HiddenSize]), ids);
        }

        // A scale for each row: a graph can dequantise only after the look-up, when the rows of a scale are mixed.
        var (codes, scales) = Int8Quantizer.Rows(Values(table), _c.HiddenSize, Int8Quantizer.FullRange);
        string rows = _graph.Node("Gather", _graph.Weights(table + "_quantized", codes, _c.VocabularySize, _c.HiddenSize), ids);
        string rowScales = _graph.Node("Gather", _graph.Weights(table + "_scale", scales, _c.VocabularySize, 1), ids);
        return _graph.Node("Mul", _graph.Node("Cast", [rows], ("to", (long)OnnxType.Float)), rowScales);
    }

    private string Positions(string ids)
    {
        string table = Weights(EncoderNames.PositionEmbeddings, [_c.MaxPositions, _c.HiddenSize]);
        if (!_c.Layout.OffsetPositions)
        {
            return _graph.Node("Slice", table, _graph.Constant(0L), Length(ids), _graph.Constant(0L));
        }

        string padding = _graph.Scalar(_c.PositionPaddingId);
        string real = _graph.Node("Cast", [_graph.Node("Not", _graph.Node("Equal", ids, padding))], ("to", (long)OnnxType.Int64));
        string counted = _graph.Node("Mul", _graph.Node("CumSum", real, _graph.Scalar(1)), real);
        return _graph.Node("Gather", table, _graph.Node("Add", counted, padding));
    }

    /// <summary>Number of columns of the input, as a list of one.</summary>
    private string Length(string ids) =>
        _graph.Node("Slice", _graph.Node("Shape", ids), _graph.Constant(1L), _graph.Constant(2L), _graph.Constant(0L));

    private string AttentionBias(string ids, string mask)
    {
        string attended = _graph.Node("Unsqueeze", _graph.Node("Cast", [mask], ("to", (long)OnnxType.Float)), _graph.Constant(1, 2));
        string bias = _graph.Node("Mul", _graph.Node("Sub", _graph.Constant(1f), attended), _graph.Constant(float.MinValue));
        return _c.Layout.HasRelativeBias ? _graph.Node("Add", bias, RelativeBias(ids)) : bias;
    }

    /// <summary>MPNet: bias by offset of key and query, taken from a table over all offsets.</summary>
    private string RelativeBias(string ids)
    {
        int farthest = _c.MaxPositions - 1;
        float[] weights = Values(EncoderNames.RelativeBias);
        float[] table = new float[((2 * farthest) + 1) * _c.HeadCount];
        for (int offset = -farthest; offset <= farthest; offset++)
        {
            long bucket = RelativePositions.Bucket(offset, _c.RelativeBuckets);
            weights.AsSpan((int)bucket * _c.HeadCount, _c.HeadCount).CopyTo(table.AsSpan((offset + farthest) * _c.HeadCount));
        }

        string length = _graph.Node("Squeeze", Length(ids));
        string places = _graph.Node("Range", _graph.Scalar(0), length, _graph.Scalar(1));
        string offsets = _graph.Node(
            "Sub", _graph.Node("Unsqueeze", places, _graph.Constant(0L)), _graph.Node("Unsqueeze", places, _graph.Constant(1L)));
        string rows = _graph.Node(
            "Gather", _graph.Weights(EncoderNames.RelativeBias, table, (2 * farthest) + 1, _c.HeadCount), _graph.Node("Add", offsets, _graph.Scalar(farthest)));
        return _graph.Node("Unsqueeze", _graph.Node("Transpose", [rows], ("perm", new long[] { 2, 0, 1 })), _graph.Constant(0L));
    }

    private string Layer(string states, string bias, string prefix)
    {
        string query = Heads(Dense(states, prefix + _c.Layout.Query), 0, 2, 1, 3);
        string key = Heads(Dense(states, prefix + _c.Layout.Key), 0, 2, 3, 1);
        string value = Heads(Dense(states, prefix + _c.Layout.Value), 0, 2, 1, 3);
        string scores = _graph.Node("Div", _graph.Node("MatMul", query, key), _graph.Constant(MathF.Sqrt(_c.HeadSize)));
        string shares = _graph.Node("Softmax", [_graph.Node("Add", scores, bias)], ("axis", -1L));
        string context = _graph.Node("Transpose", [_graph.Node("MatMul", shares, value)], ("perm", new long[] { 0, 2, 1, 3 }));
        context = _graph.Node("Reshape", context, _graph.Constant(0, 0, _c.HiddenSize));
        states = Norm(_graph.Node("Add", Dense(context, prefix + _c.Layout.AttentionOutput), states), prefix + _c.Layout.AttentionNorm);

        string inner = Dense(states, prefix + _c.Layout.Intermediate);
        inner = _c.ReluActivation ? _graph.Node("Relu", inner) : Gelu(inner);
        return Norm(_graph.Node("Add", Dense(inner, prefix + _c.Layout.Output), states), prefix + _c.Layout.OutputNorm);
    }

    private string Heads(string projection, params long[] order) => _graph.Node(
        "Transpose", [_graph.Node("Reshape", projection, _graph.Constant(0, 0, _c.HeadCount, _c.HeadSize))], ("perm", order));

    /// <summary>Exact GELU from Erf, in the shape that ONNX Runtime fuses into one operator.</summary>
    private string Gelu(string x)
    {
        string erf = _graph.Node("Erf", _graph.Node("Div", x, _graph.Constant(MathF.Sqrt(2))));
        return _graph.Node("Mul", _graph.Node("Mul", x, _graph.Node("Add", erf, _graph.Constant(1f))), _graph.Constant(0.5f));
    }

    private string Norm(string x, string name) => _graph.Node(
        "LayerNormalization", [x, Weights(name + ".weight", [_c.HiddenSize]), Weights(name + ".bias", [_c.HiddenSize])],
        ("axis", -1L), ("epsilon", (float)_c.LayerNormEpsilon));

    private string Dense(string x, string name, bool mayQuantize = true)
    {
        long[] shape = _parameters[name + ".weight"].shape;
        float[] transposed = Transposed(name + ".weight");
        string product = _int8 && mayQuantize
            ? QuantizedProduct(x, name, transposed, shape)
            : _graph.Node("MatMul", x, _graph.Weights(name + ".weight", transposed, shape[1], shape[0]));
        return _graph.Node("Add", product, Weights(name + ".bias", [shape[0]]));
    }

    /// <summary>Dynamic quantisation as ONNX Runtime's own tool lays it out, so that its fusions apply.</summary>
    private string QuantizedProduct(string x, string name, float[] transposed, long[] shape)
    {
        if (!_quantized.TryGetValue(x, out string[]? activation))
        {
            _quantized.Add(x, activation = _graph.Nodes("DynamicQuantizeLinear", [x], 3));
        }

        var (codes, scales) = Int8Quantizer.Columns(transposed, (int)shape[0], Int8Quantizer.ReducedRange);
        string weights = _graph.Weights(name + ".weight_quantized", codes, shape[1], shape[0]);
        string zeros = _graph.Weights(name + ".weight_zero_point", new sbyte[shape[0]], shape[0]);
        string sums = _graph.Node("MatMulInteger", activation[0], weights, activation[2], zeros);
        string factors = _graph.Node("Mul", activation[1], _graph.Weights(name + ".weight_scale", scales, shape[0]));
        return _graph.Node("Mul", _graph.Node("Cast", [sums], ("to", (long)OnnxType.Float)), factors);
    }

    private string Weights(string name, long[] shape) => _graph.Weights(name, Values(name), shape);

    private float[] Values(string name)
    {
        using var scope = NewDisposeScope();
        return _parameters[name].detach().cpu().contiguous().data<float>().ToArray();
    }

    private float[] Transposed(string name)
    {
        using var scope = NewDisposeScope();
        return _parameters[name].detach().cpu().t().contiguous().data<float>().ToArray();
    }
}
