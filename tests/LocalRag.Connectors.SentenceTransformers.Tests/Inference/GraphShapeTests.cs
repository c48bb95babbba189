using System.Runtime.InteropServices;
using LocalRag.Connectors.SentenceTransformers.Tests.Faults;
using LocalRag.Connectors.SentenceTransformers.Tests.Goldens;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Inference;

public sealed class GraphShapeTests
{
    private const int Rows = 3000, Width = 32;
    private const string Text = "graphs come in many shapes";

    private static TinyGraph Graph(int idType = TinyGraph.Int64) => new TinyGraph().Input("input_ids", idType, "batch", "length").Embedding(Rows, Width);

    private static byte[] TokenStates(int idType = TinyGraph.Int64) =>
        Graph(idType).Node("Identity", ["states"], "last_hidden_state").Output("last_hidden_state", TinyGraph.Float, "batch", "length", Width).ToBytes();

    private static float[] Encode(TemporaryModel model, byte[] graph)
    {
        using var encoder = BiEncoder.Load(model.Write("onnx/model.onnx", graph).Directory);
        return encoder.Encode([Text, "another"])[0];
    }

    [Fact]
    public void A_graph_with_32_bit_inputs_gives_the_same_as_with_64_bit_ones()
    {
        using var model = new TemporaryModel("bert-mean");
        Assert.Equal(Encode(model, TokenStates()), Encode(model, TokenStates(TinyGraph.Int32)));
    }

    [Fact]
    public void A_graph_with_half_precision_outputs_is_read_as_float()
    {
        using var model = new TemporaryModel("bert-mean");
        var expected = Encode(model, TokenStates());
        var actual = Encode(model, Graph().Node("Cast", ["states"], "last_hidden_state", "to", TinyGraph.Float16)
            .Output("last_hidden_state", TinyGraph.Float16, "batch", "length", Width).ToBytes());
        GoldenModels.AssertClose(expected, actual, 1e-3, "half precision");
        Assert.NotEqual(expected, actual);
    }

    [Fact]
    public void An_unstated_width_is_found_by_running_the_graph()
    {
        using var model = new TemporaryModel("bert-mean");
        var actual = Encode(model, Graph().Node("Identity", ["states"], "last_hidden_state").Output("last_hidden_state", TinyGraph.Float, "batch", "length", "width").ToBytes());
        Assert.Equal(Encode(model, TokenStates()), actual);
    }

    [Fact]
    public void Token_type_ids_and_positions_are_made_up_where_the_graph_wants_them()
    {
        using var model = new TemporaryModel("bert-mean");
        // states + float(position_ids + token_type_ids), position by position.
        var graph = Graph().Input("token_type_ids", TinyGraph.Int64, "batch", "length").Input("position_ids", TinyGraph.Int64, "batch", "length")
            .Node("Add", ["token_type_ids", "position_ids"], "sum").Node("Cast", ["sum"], "float", "to", TinyGraph.Float)
            .Constant("axis", [2L], 1).Node("Unsqueeze", ["float", "axis"], "column").Node("Add", ["states", "column"], "last_hidden_state")
            .Output("last_hidden_state", TinyGraph.Float, "batch", "length", Width);
        var plain = Encode(model, TokenStates());
        var shifted = Encode(model, graph.ToBytes());
        using var encoder = BiEncoder.Load(model.Directory);
        var mean = (encoder.CountTokens(Text) - 1) / 2f;
        GoldenModels.AssertClose([.. plain.Select(value => value + mean)], shifted, 1e-5, "positions 0, 1, 2 … on average");
    }

    [Fact]
    public void A_graph_that_pools_by_itself_is_followed_by_normalisation_only()
    {
        using var model = new TemporaryModel("bert-mean-dense-tanh-normalize");
        model.Delete("2_Dense/model.safetensors");
        var vector = Encode(model, Graph().Constant("one", [1L], 1).Node("ReduceSum", ["states", "one"], "sentence_embedding", "keepdims", 0)
            .Output("sentence_embedding", TinyGraph.Float, "batch", Width).ToBytes());
        Assert.Equal(Width, vector.Length);
        Assert.Equal(1f, vector.Sum(value => value * value), 1e-5f);
    }

    [Fact]
    public void Own_modules_win_over_the_graphs_pooling_when_all_weights_are_there()
    {
        using var model = new TemporaryModel("bert-mean");
        var both = Graph().Node("Identity", ["states"], "token_embeddings").Constant("one", [1L], 1).Node("ReduceSum", ["states", "one"], "sentence_embedding", "keepdims", 0)
            .Output("sentence_embedding", TinyGraph.Float, "batch", Width).Output("token_embeddings", TinyGraph.Float, "batch", "length", Width).ToBytes();
        Assert.Equal(Encode(model, TokenStates()), Encode(model, both));
    }

    [Fact]
    public void A_graph_without_usable_outputs_is_refused_naming_those_it_has()
    {
        using var model = new TemporaryModel("bert-mean");
        var graph = Graph().Constant("one", [1L], 1).Node("ReduceSum", ["states", "one"], "pooled", "keepdims", 0).Output("pooled", TinyGraph.Float, "batch", Width).ToBytes();
        var error = Assert.Throws<InvalidDataException>(() => Encode(model, graph));
        Assert.Contains("sentence_embedding; found: pooled [-1, 32]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_text_cannot_fill_is_refused_by_name()
    {
        using var model = new TemporaryModel("bert-mean");
        var graph = Graph().Input("pixel_values", TinyGraph.Float, "batch", 3).Node("Identity", ["states"], "last_hidden_state")
            .Output("last_hidden_state", TinyGraph.Float, "batch", "length", Width).ToBytes();
        Assert.Contains("'pixel_values'", Assert.Throws<InvalidDataException>(() => Encode(model, graph)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_width_that_the_pooling_was_not_made_for_is_refused()
    {
        using var model = new TemporaryModel("bert-mean");
        var graph = new TinyGraph().Input("input_ids", TinyGraph.Int64, "batch", "length").Embedding(Rows, 8).Node("Identity", ["states"], "last_hidden_state")
            .Output("last_hidden_state", TinyGraph.Float, "batch", "length", 8).ToBytes();
        Assert.Contains("32 components", Assert.Throws<InvalidDataException>(() => Encode(model, graph)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_that_forgets_rows_is_found_out()
    {
        using var model = new TemporaryModel("bert-mean");
        var graph = Graph().Constant("first", [0L], 1).Node("Gather", ["states", "first"], "last_hidden_state", "axis", 0).Output("last_hidden_state", TinyGraph.Float, "a", "b", Width).ToBytes();
        Assert.Contains("for 2 texts of", Assert.Throws<InvalidDataException>(() => Encode(model, graph)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void External_data_are_found_through_the_links_of_the_hubs_cache_and_belong_to_the_vector_space()
    {
        using var model = new TemporaryModel("bert-mean");
        var expected = Encode(model, TokenStates());
        var graph = new TinyGraph().Input("input_ids", TinyGraph.Int64, "batch", "length").ExternalEmbedding(Rows, Width, "model.onnx_data")
            .Node("Identity", ["states"], "last_hidden_state").Output("last_hidden_state", TinyGraph.Float, "batch", "length", Width).ToBytes();
        var data = MemoryMarshal.AsBytes(TinyGraph.Table(Rows, Width).AsSpan()).ToArray();
        model.Write("onnx/model.onnx_data", data);
        Assert.Equal(expected, Encode(model, graph));
        var space = Space(model);
        model.Write("onnx/model.onnx_data", new byte[data.Length]);
        Assert.NotEqual(space, Space(model));

        model.Write("blobs/0123", graph).Write("blobs/4567", data).Delete("onnx/model.onnx").Delete("onnx/model.onnx_data");
        File.CreateSymbolicLink(model.PathOf("onnx/model.onnx"), "../blobs/0123");
        File.CreateSymbolicLink(model.PathOf("onnx/model.onnx_data"), "../blobs/4567");
        using var encoder = BiEncoder.Load(model.Directory);
        Assert.Equal(expected, encoder.Encode([Text, "another"])[0]);
        Assert.Equal(space, encoder.VectorSpace.Id);
    }

    private static string Space(TemporaryModel model)
    {
        using var encoder = BiEncoder.Load(model.Directory);
        return encoder.VectorSpace.Id;
    }

    [Fact]
    public void Hidden_states_and_attentions_are_handed_out_in_the_order_of_the_layers()
    {
        using var model = new TemporaryModel("ce-bert-1");
        model.Write("onnx/model.onnx", Graph().Constant("ten", [10f], 1).Node("Mul", ["states", "ten"], "hidden_states.10").Node("Identity", ["states"], "hidden_states.2")
            .Node("Identity", ["states"], "attentions.0")
            .Constant("axes", [1L, 2L], 2).Node("ReduceSum", ["states", "axes"], "sum", "keepdims", 0).Constant("last", [1L], 1).Node("Unsqueeze", ["sum", "last"], "logits")
            .Output("hidden_states.10", TinyGraph.Float, "b", "l", Width).Output("hidden_states.2", TinyGraph.Float, "b", "l", Width).Output("attentions.0", TinyGraph.Float, "b", "l", Width)
            .Output("logits", TinyGraph.Float, "b", 1).ToBytes());
        using var encoder = CrossEncoder.Load(model.Directory);
        using var batch = encoder.SmartBatchingCollateTextOnly([("a question", "an answer"), ("b", "c")]);
        var outputs = encoder.Forward(batch);
        Assert.Equal(2, outputs.HiddenStates.Count);
        Assert.Single(outputs.Attentions);
        Assert.Equal([2, batch.Width, Width], outputs.HiddenStates[0].Lengths.ToArray());
        Assert.Equal(10 * outputs.HiddenStates[0][0, 0, 0], outputs.HiddenStates[1][0, 0, 0], 1e-5f);
        Assert.Equal([2, 1], outputs.Logits.Lengths.ToArray());
    }
}
