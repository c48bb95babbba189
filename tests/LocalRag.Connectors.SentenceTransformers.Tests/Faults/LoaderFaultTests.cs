using System.Buffers.Binary;
using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tests.Faults;

/// <summary>One damaged file per test; the message has to name the file and what is wrong with it.</summary>
public sealed class LoaderFaultTests
{
    private static void AssertRefused<TException>(Action<TemporaryModel> damage, params string[] parts)
        where TException : Exception => AssertRefused<TException>("bert-mean-dense-tanh-normalize", directory => BiEncoder.Load(directory), damage, parts);

    private static void AssertRefused<TException>(string golden, Func<string, IDisposable> load, Action<TemporaryModel> damage, params string[] parts)
        where TException : Exception
    {
        using var model = new TemporaryModel(golden);
        damage(model);
        var error = Assert.Throws<TException>(() => load(model.Directory).Dispose());
        foreach (var part in parts)
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_directory() =>
        Assert.Contains("nowhere-at-all", Assert.Throws<DirectoryNotFoundException>(() => BiEncoder.Load("nowhere-at-all")).Message, StringComparison.Ordinal);

    [Fact]
    public void Truncated_modules() => AssertRefused<InvalidDataException>(model => model.Write("modules.json", "[{\"idx\": 0,"), "modules.json", "not valid JSON");

    [Fact]
    public void Modules_that_are_no_list() => AssertRefused<InvalidDataException>(model => model.Write("modules.json", "{}"), "modules.json", "expected a JSON list");

    [Fact]
    public void No_modules_at_all() => AssertRefused<InvalidDataException>(model => model.Write("modules.json", "[]"), "modules.json", "1 to 64 modules");

    [Fact]
    public void Endless_modules() => AssertRefused<InvalidDataException>(
        model => model.Write("modules.json", $"[{string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{"idx": {{i}}, "path": "", "type": "sentence_transformers.models.Normalize"}"""))}]"), "found 1000");

    [Fact]
    public void A_module_that_comes_twice() => AssertRefused<InvalidDataException>(model => model.Write("modules.json",
        """[{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 0, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]"""), "[1].idx");

    [Fact]
    public void Two_transformers() => AssertRefused<InvalidDataException>(model => model.Write("modules.json",
        """[{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "path": "", "type": "sentence_transformers.models.Transformer"}]"""), "modules.json", "position 1");

    [Fact]
    public void An_unknown_module() => AssertRefused<InvalidDataException>(model => model.Write("modules.json",
        """[{"idx": 0, "path": "", "type": "sentence_transformers.models.LSTM"}]"""), "[0].type", "LSTM", "Dense");

    [Fact]
    public void Code_of_the_models_own() => AssertRefused<InvalidDataException>(model => model.Write("modules.json",
        """[{"idx": 0, "path": "", "type": "custom_st.Transformer"}]"""), "custom_st.Transformer", "never run");

    [Fact]
    public void A_module_outside_the_directory() => AssertRefused<InvalidDataException>(model => model.Write("modules.json",
        """[{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "path": "../../etc", "type": "sentence_transformers.models.Pooling"}]"""), "[1].path", "inside");

    [Fact]
    public void A_sparse_encoder() => AssertRefused<InvalidDataException>(model => model.Set("config_sentence_transformers.json", "model_type", "SparseEncoder"), "model_type", "SparseEncoder");

    [Fact]
    public void A_multi_vector_model() => AssertRefused<InvalidDataException>(model => model.Set("config_sentence_transformers.json", "model_type", "MultiVectorEncoder"), "MultiVectorEncoder");

    [Fact]
    public void A_cross_encoder_loaded_as_bi_encoder() =>
        AssertRefused<InvalidDataException>("ce-bert-1", directory => BiEncoder.Load(directory), _ => { }, "model_type", "as a CrossEncoder");

    [Fact]
    public void A_bi_encoder_loaded_as_cross_encoder() =>
        AssertRefused<InvalidDataException>("bert-mean", directory => CrossEncoder.Load(directory), _ => { }, "logits", "last_hidden_state", "with BiEncoder");

    [Fact]
    public void A_generative_reranker() => AssertRefused<InvalidDataException>("ce-bert-1", directory => CrossEncoder.Load(directory),
        model => model.Write("config.json", """{"architectures": ["Qwen3ForCausalLM"]}"""), "Qwen3ForCausalLM", "chat template");

    [Fact]
    public void A_pooling_without_mode() => AssertRefused<InvalidDataException>(model => model.Write("1_Pooling/config.json", "{}"), "1_Pooling", "pooling_mode");

    [Fact]
    public void An_unknown_pooling_mode() => AssertRefused<InvalidDataException>(model => model.Set("1_Pooling/config.json", "pooling_mode", "median"), "median", "lasttoken");

    [Fact]
    public void A_missing_pooling_configuration() => AssertRefused<FileNotFoundException>(model => model.Delete("1_Pooling/config.json"), "1_Pooling");

    [Fact]
    public void A_text_where_a_number_belongs() => AssertRefused<InvalidDataException>(model => model.Set("2_Dense/config.json", "in_features", "many"), "in_features", "\"many\"", "whole number");

    [Fact]
    public void An_activation_that_is_not_torchs() => AssertRefused<InvalidDataException>(model => model.Set("2_Dense/config.json", "activation_function", "os.system"), "activation_function", "os.system", "Tanh");

    [Fact]
    public void Dense_layers_of_other_sizes() => AssertRefused<InvalidDataException>(model => model.Set("2_Dense/config.json", "in_features", 64), "linear.weight", "[16, 64]");

    [Fact]
    public void Missing_dense_weights() => AssertRefused<FileNotFoundException>(model => model.Delete("2_Dense/model.safetensors"), "2_Dense", "model.safetensors");

    [Fact]
    public void Pickled_dense_weights() => AssertRefused<FileNotFoundException>(model => model.Delete("2_Dense/model.safetensors").Write("2_Dense/pytorch_model.bin", "x"), "pytorch_model.bin is not read");

    [Fact]
    public void A_residual_dense_layer() => AssertRefused<InvalidDataException>(model => model.Set("2_Dense/config.json", "use_residual", true), "use_residual");

    [Fact]
    public void A_dense_layer_over_tokens() => AssertRefused<InvalidDataException>(model => model.Set("2_Dense/config.json", "module_input_name", "token_embeddings"), "multi-vector");

    [Fact]
    public void A_default_prompt_that_does_not_exist() => AssertRefused<InvalidDataException>(model => model.Set("config_sentence_transformers.json", "default_prompt_name", "poem"), "default_prompt_name", "poem", "query");

    [Fact]
    public void An_unknown_similarity() => AssertRefused<InvalidDataException>(model => model.Set("config_sentence_transformers.json", "similarity_fn_name", "hamming"), "hamming", "manhattan");

    [Fact]
    public void A_length_of_zero() => AssertRefused<InvalidDataException>(model => model.Set("sentence_bert_config.json", "max_seq_length", 0), "max_seq_length");

    [Fact]
    public void A_corrupt_graph() => AssertRefused<InvalidDataException>(model => model.Write("onnx/model.onnx", "this is no graph"), "model.onnx", "ONNX Runtime");

    [Fact]
    public void A_truncated_graph() => AssertRefused<InvalidDataException>(model => model.Write("onnx/model.onnx", File.ReadAllBytes(model.PathOf("onnx/model.onnx"))[..5000]), "model.onnx");

    [Fact]
    public void No_graph() => AssertRefused<FileNotFoundException>(model => model.Delete("onnx/model.onnx"), "no ONNX file", "onnx/model.onnx");

    [Fact]
    public void Label_names_with_holes() => AssertRefused<InvalidDataException>("ce-bert-3", directory => CrossEncoder.Load(directory),
        model => model.Write("config.json", """{"id2label": {"0": "a", "7": "b"}}"""), "id2label", "\"7\"");

    [Fact]
    public void An_untrusted_activation_of_a_cross_encoder() => AssertRefused<InvalidDataException>("ce-bert-1", directory => CrossEncoder.Load(directory),
        model => model.Set("config_sentence_transformers.json", "activation_fn", "my.Sigmoid"), "activation_fn", "my.Sigmoid");

    [Fact]
    public void A_static_table_smaller_than_the_vocabulary() => AssertRefused<InvalidDataException>("static-normalize", directory => BiEncoder.Load(directory),
        model => model.Write("model.safetensors", Safetensors("""{"embedding.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""", 8)), "1 rows");

    public static TheoryData<string, string, int, string> LyingHeaders => new()
    {
        { "claims bytes beyond the file", """{"linear.weight":{"dtype":"F32","shape":[16,32],"data_offsets":[0,2048]}}""", 16, "claims the bytes" },
        { "huge shape", """{"linear.weight":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,16]}}""", 16, "more than the file holds" },
        { "negative shape", """{"linear.weight":{"dtype":"F32","shape":[-1,4],"data_offsets":[0,16]}}""", 16, "more than the file holds" },
        { "shape and bytes differ", """{"linear.weight":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}""", 16, "its data are 16 bytes" },
        { "offsets backwards", """{"linear.weight":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}""", 16, "claims the bytes" },
        { "overlap", """{"linear.weight":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"linear.bias":{"dtype":"F32","shape":[4],"data_offsets":[8,24]}}""", 24, "overlap" },
        { "no tensors", "{}", 0, "'linear.weight' is missing" },
        { "not an object", "[1]", 0, "header cannot be read" },
        { "not JSON", "{", 0, "header cannot be read" },
        { "no offsets", """{"linear.weight":{"dtype":"F32","shape":[4]}}""", 16, "header cannot be read" },
        { "unknown type", """{"linear.weight":{"dtype":"F8_E4M3","shape":[16,32],"data_offsets":[0,512]}}""", 512, "F32, F16 or BF16" },
    };

    [Theory]
    [MemberData(nameof(LyingHeaders))]
    public void Weights_with_a_lying_header(string name, string header, int dataLength, string expected)
    {
        Assert.NotEmpty(name);
        AssertRefused<InvalidDataException>(model => model.Write("2_Dense/model.safetensors", Safetensors(header, dataLength)), "model.safetensors", expected);
    }

    [Fact]
    public void Weights_whose_header_is_longer_than_the_file() => AssertRefused<InvalidDataException>(model =>
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue);
        model.Write("2_Dense/model.safetensors", bytes);
    }, "the header claims 18446744073709551615 bytes");

    [Fact]
    public void Weights_of_three_bytes() => AssertRefused<InvalidDataException>(model => model.Write("2_Dense/model.safetensors", [1, 2, 3]), "shorter than the 8 bytes");

    private static byte[] Safetensors(string header, int dataLength)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        return bytes;
    }
}
