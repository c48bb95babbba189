using System.Text.Json.Nodes;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Pooling;
using LocalRag.Connectors.SentenceTransformers.Tests.Faults;
using LocalRag.Connectors.SentenceTransformers.Tests.Goldens;

namespace LocalRag.Connectors.SentenceTransformers.Tests.ModelDirectory;

public sealed class ModelDirectoryTests
{
    [Theory]
    [InlineData("sentence_transformers.models.Transformer", "sentence_transformers.models.Pooling", "sentence_transformers.models.Normalize")]
    [InlineData("sentence_transformers.base.modules.transformer.Transformer", "sentence_transformers.sentence_transformer.modules.pooling.Pooling", "sentence_transformers.sentence_transformer.modules.normalize.Normalize")]
    [InlineData("sentence_transformers.base.modules.transformer.Transformer", "sentence_transformers.sentence_transformer.modules.pooling.Pooling", "sentence_transformers.base.modules.normalize.Normalize")]
    public void Module_names_of_every_library_version_are_understood(string transformer, string pooling, string normalize)
    {
        using var model = new TemporaryModel("bert-mean");
        model.Write("modules.json", $$"""
            [{"idx": 0, "name": "0", "path": "", "type": "{{transformer}}"},
             {"idx": 1, "name": "1", "path": "1_Pooling", "type": "{{pooling}}"},
             {"idx": 2, "name": "2", "path": "2_Normalize", "type": "{{normalize}}"}]
            """);
        // The folder of Normalize does not exist: some repositories lack it, and it holds nothing.
        using var encoder = BiEncoder.Load(model.Directory);
        Assert.Equal(1f, encoder.Encode("text").Sum(value => value * value), 1e-5f);
    }

    [Fact]
    public void Old_pooling_flags_are_concatenated_in_the_order_of_the_library()
    {
        using var model = new TemporaryModel("bert-mean");
        model.Write("1_Pooling/config.json", """
            {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true, "pooling_mode_cls_token": true, "pooling_mode_max_tokens": true, "pooling_mode_mean_sqrt_len_tokens": false}
            """);
        var pooling = ManifestReader.ReadBiEncoder(model.Directory).Modules.OfType<PoolingConfig>().Single();
        Assert.Equal([PoolingMode.Cls, PoolingMode.Max, PoolingMode.Mean], pooling.Modes);
        using var encoder = BiEncoder.Load(model.Directory);
        Assert.Equal(96, encoder.Dimensions);
    }

    [Fact]
    public void A_plain_transformers_directory_gets_mean_pooling()
    {
        using var model = new TemporaryModel("bert-mean");
        string[] texts = ["a text", "another one"];
        using var expected = BiEncoder.Load(model.Directory);
        model.Delete("modules.json").Delete("config_sentence_transformers.json").Delete("sentence_bert_config.json");
        using var actual = BiEncoder.Load(model.Directory);
        Assert.Equal(expected.Encode(texts), actual.Encode(texts));
    }

    [Fact]
    public void Old_models_keep_the_network_in_a_folder_of_its_own()
    {
        using var model = new TemporaryModel("bert-mean");
        float[] expected;
        using (var encoder = BiEncoder.Load(model.Directory))
            expected = encoder.Encode("text");
        foreach (var name in new[] { "config.json", "tokenizer.json", "tokenizer_config.json", "sentence_bert_config.json", "onnx/model.onnx" })
        {
            model.Write("0_Transformer/" + name, File.ReadAllBytes(model.PathOf(name)));
            model.Delete(name);
        }

        model.Write("modules.json", """
            [{"idx": 0, "name": "0", "path": "0_Transformer", "type": "sentence_transformers.models.Transformer"},
             {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
            """);
        using var old = BiEncoder.Load(model.Directory);
        Assert.Equal(expected, old.Encode("text"));
        Assert.Equal(64, old.MaxTokens);
    }

    [Theory]
    [InlineData(null, 64)]
    [InlineData(20, 20)]
    [InlineData(4000, 4000)]
    public void A_length_in_sentence_bert_config_wins_and_is_not_capped(int? length, int expected)
    {
        using var model = new TemporaryModel("bert-mean");
        if (length is not null)
            model.Set("sentence_bert_config.json", "max_seq_length", length);
        using var encoder = BiEncoder.Load(model.Directory);
        Assert.Equal(expected, encoder.MaxTokens);
    }

    [Fact]
    public void Positions_cap_a_tokenizer_that_has_no_limit_and_two_of_RoBERTas_cannot_be_used()
    {
        using var model = new TemporaryModel("xlm-roberta-mean-normalize");
        model.Set("tokenizer_config.json", "model_max_length", 1e30);
        using var encoder = BiEncoder.Load(model.Directory);
        Assert.Equal(64, encoder.MaxTokens);
    }

    [Fact]
    public void The_option_beats_the_directory()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-mean"), new() { MaxTokens = 5 });
        var embedding = encoder.EncodeDetailed(["one two three four five six", "one"]);
        Assert.Equal((5, true), (embedding[0].TokenCount, embedding[0].Truncated));
        Assert.False(embedding[1].Truncated);
    }

    [Fact]
    public void The_default_graph_wins_over_the_root_and_a_single_other_one_is_found()
    {
        using var model = new TemporaryModel("bert-mean");
        var bytes = File.ReadAllBytes(model.PathOf("onnx/model.onnx"));
        model.Write("model.onnx", "x");
        Assert.Equal(model.PathOf("onnx/model.onnx"), OnnxFile.Choose(model.Directory, "", null));
        model.Delete("onnx/model.onnx");
        Assert.Equal(model.PathOf("model.onnx"), OnnxFile.Choose(model.Directory, "", null));
        model.Delete("model.onnx").Write("onnx/model_qint8.onnx", bytes);
        Assert.Equal(model.PathOf("onnx/model_qint8.onnx"), OnnxFile.Choose(model.Directory, "", null));
        model.Write("onnx/model_fp16.onnx", bytes);
        var error = Assert.Throws<FileNotFoundException>(() => OnnxFile.Choose(model.Directory, "", null));
        Assert.Contains("onnx/model_fp16.onnx, onnx/model_qint8.onnx", error.Message, StringComparison.Ordinal);
        Assert.Equal(model.PathOf("onnx/model_fp16.onnx"), OnnxFile.Choose(model.Directory, "", "model_fp16.onnx"));
        Assert.Equal(model.PathOf("onnx/model_qint8.onnx"), OnnxFile.Choose(model.Directory, "", "fastest"));
        Assert.Contains("onnx/model_fp16.onnx", Assert.Throws<FileNotFoundException>(() => OnnxFile.Choose(model.Directory, "", "nope.onnx")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => OnnxFile.Choose(model.Directory, "", "../outside.onnx"));
    }

    [Fact]
    public void Without_a_quantised_file_fastest_is_the_default()
        => Assert.Equal("model.onnx", Path.GetFileName(OnnxFile.Choose(GoldenModels.Golden("bert-mean"), "", "fastest")));

    [Theory]
    [InlineData("/cache/models--sentence-transformers--all-MiniLM-L6-v2/snapshots/abc", "sentence-transformers/all-MiniLM-L6-v2")]
    [InlineData("/models/my-model", "my-model")]
    public void The_models_name_is_that_of_the_hub_or_of_the_folder(string directory, string expected) => Assert.Equal(expected, ModelName.Of(directory));

    [Fact]
    public void A_vector_space_is_made_of_weights_modules_and_dimensions_but_not_of_prompts()
    {
        using var model = new TemporaryModel("bert-mean");
        var original = Space(model);
        Assert.Matches("^[0-9a-f]{16}$", original);
        Assert.Equal(original, Space(model));
        Assert.NotEqual(original, Space(model, new() { Dimensions = 8 }));
        model.Set("config_sentence_transformers.json", "prompts", new JsonObject { ["query"] = "q: " });
        Assert.Equal(original, Space(model));
        model.Set("1_Pooling/config.json", "pooling_mode", "max");
        Assert.NotEqual(original, Space(model));
        model.Set("1_Pooling/config.json", "pooling_mode", "mean");
        model.Write("onnx/model.onnx", File.ReadAllBytes(GoldenModels.Golden("bert-max/onnx/model.onnx")));
        Assert.NotEqual(original, Space(model));
    }

    [Fact]
    public void Prompts_of_the_options_are_added_to_those_of_the_model()
    {
        using var encoder = BiEncoder.Load(GoldenModels.Golden("bert-prompts-included"), new() { Prompts = new Dictionary<string, string> { ["code"] = "code: " }, DefaultPromptName = "code" });
        Assert.Equal(["code", "document", "query"], encoder.Prompts.Keys.Order());
        Assert.Equal(encoder.Encode("x", new() { Prompt = "code: " }), encoder.Encode("x"));
        Assert.Equal(encoder.Encode(["x"], new() { PromptName = "query" }), encoder.EncodeQuery(["x"]));
        Assert.Equal(encoder.Encode(["x"], new() { PromptName = "document" }), encoder.EncodeDocument(["x"]));
        var error = Assert.Throws<ArgumentException>(() => encoder.Encode("x", new() { PromptName = "poem" }));
        Assert.Contains("query", error.Message, StringComparison.Ordinal);
    }

    private static string Space(TemporaryModel model, BiEncoderOptions? options = null)
    {
        using var encoder = BiEncoder.Load(model.Directory, options);
        return encoder.VectorSpace.Id;
    }
}
