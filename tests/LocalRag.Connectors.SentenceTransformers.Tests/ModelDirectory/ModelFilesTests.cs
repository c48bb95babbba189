using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Connectors.SentenceTransformers.Hub.Selection;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Tests.Inference;
using LocalRag.Testing;

namespace LocalRag.Connectors.SentenceTransformers.Tests.ModelDirectory;

/// <summary>What a download takes is what loading looks for: the same files, as a listing of the hub and as a directory.</summary>
public sealed class ModelFilesTests
{
    [Theory]
    [InlineData("onnx/model.onnx model.onnx onnx/model_O4.onnx", "", null, "onnx/model.onnx")]
    [InlineData("model.onnx onnx/model_O4.onnx", "", null, "model.onnx")]
    [InlineData("onnx/model_O4.onnx", "", null, "onnx/model_O4.onnx")]
    [InlineData("exports/odd.onnx", "", null, "exports/odd.onnx")]
    [InlineData("onnx/model_O4.onnx checkpoint/onnx/model_O4.onnx", "", null, "onnx/model_O4.onnx")]
    [InlineData("onnx/model_O4.onnx onnx/model_fp16.onnx", "", null, null)]
    [InlineData("a/odd.onnx b/odd.onnx", "", null, null)]
    [InlineData("model.safetensors", "", null, null)]
    [InlineData("0_Transformer/onnx/model.onnx onnx/model.onnx", "0_Transformer", null, "0_Transformer/onnx/model.onnx")]
    [InlineData("0_Transformer/model.onnx onnx/model.onnx", "0_Transformer", null, "0_Transformer/model.onnx")]
    [InlineData("0_Transformer/config.json onnx/model.onnx", "0_Transformer", null, "onnx/model.onnx")]
    [InlineData("0_Transformer/odd.onnx onnx/odd.onnx", "0_Transformer", null, "0_Transformer/odd.onnx")]
    [InlineData("onnx/model.onnx onnx/model_fp16.onnx", "", "model_fp16.onnx", "onnx/model_fp16.onnx")]
    [InlineData("onnx/model.onnx model.onnx", "", "model.onnx", "model.onnx")]
    [InlineData("onnx/model.onnx model.onnx", "", "onnx\\model.onnx", "onnx/model.onnx")]
    [InlineData("onnx/model.onnx model.onnx", "", "./onnx/../onnx/model.onnx", "onnx/model.onnx")]
    [InlineData("0_Transformer/onnx/odd.onnx onnx/odd.onnx", "0_Transformer", "odd.onnx", "0_Transformer/onnx/odd.onnx")]
    [InlineData("a/b/c/d/e/odd.onnx onnx/model.onnx", "", "a/b/c/d/e/odd.onnx", "a/b/c/d/e/odd.onnx")]
    [InlineData("onnx/model.onnx", "", "nope.onnx", null)]
    [InlineData("onnx/model.onnx onnx/model_quantized.onnx", "", "fastest", "onnx/model_quantized.onnx")]
    [InlineData("0_Transformer/onnx/model_qint8.onnx onnx/model_qint8.onnx", "0_Transformer", "fastest", "0_Transformer/onnx/model_qint8.onnx")]
    [InlineData("onnx/model.onnx onnx/model_odd.onnx", "", "fastest", "onnx/model.onnx")]
    public void A_listing_and_its_directory_give_the_same_ONNX_file(string names, string folder, string? wanted, string? expected)
    {
        using var temporary = new TemporaryDirectory();
        var paths = names.Split(' ');
        foreach (var path in paths)
            Write(temporary, path, []);

        Assert.Equal(expected, Downloaded(paths, folder, wanted));
        Assert.Equal(expected, Loaded(temporary.Path, folder, wanted));
    }

    [Theory]
    [InlineData("../model2/onnx/model.onnx")]
    [InlineData("onnx/../../other.onnx")]
    [InlineData("/other/model.onnx")]
    public void A_path_outside_the_model_is_refused_even_where_the_names_of_the_folders_begin_alike(string wanted)
    {
        using var temporary = new TemporaryDirectory();
        Write(temporary, "model/onnx/model.onnx", []);
        Write(temporary, "model2/onnx/model.onnx", []);

        Assert.Contains("expected a file inside", Assert.Throws<ArgumentException>(() => OnnxFile.Choose(temporary.File("model"), "", wanted)).Message, StringComparison.Ordinal);
        Assert.Null(Downloaded(["onnx/model.onnx"], "", wanted));
    }

    [Fact]
    public void A_full_path_inside_the_model_is_taken()
    {
        using var temporary = new TemporaryDirectory();
        Write(temporary, "onnx/odd.onnx", []);
        Write(temporary, "onnx/model.onnx", []);
        var path = temporary.File("onnx", "odd.onnx");

        Assert.Equal(path, OnnxFile.Choose(temporary.Path, "", path));
    }

    [Theory]
    [InlineData("onnx/model.onnx", "onnx/model.onnx_data", "onnx/model_fp16.onnx", "onnx/model_fp16.onnx_data", "config.json")]
    [InlineData("onnx/model.onnx", "onnx/model.onnx.data", "onnx/config.json")]
    [InlineData("onnx/model.onnx", "onnx/encoder.layer.0.weight", "onnx/config.json", "LICENSE", "onnx/LICENSE")]
    [InlineData("model.onnx", "model.onnx_data", "LICENSE")]
    public void The_names_of_external_data_say_what_the_graph_says(string onnx, string data, params string[] others)
    {
        using var temporary = new TemporaryDirectory();
        Write(temporary, onnx, Graph(Path.GetFileName(data)));
        foreach (var path in others.Append(data))
            Write(temporary, path, []);

        Assert.Equal([data], ExternalData.Of(new DirectoryFiles(temporary.Path), onnx));
        Assert.Equal([data], ExternalData.Of(new ListedFiles([onnx, data, .. others]), onnx));
    }

    [Theory]
    [InlineData("./odd.bin", "onnx/odd.bin")]
    [InlineData("tensors/a.bin", "onnx/tensors/a.bin")]
    [InlineData("../secret.bin", null)]
    [InlineData("missing.bin", null)]
    public void A_graph_that_can_be_read_is_believed_whatever_the_name_but_not_out_of_its_folder(string location, string? expected)
    {
        using var temporary = new TemporaryDirectory();
        Write(temporary, "onnx/model.onnx", Graph(location));
        foreach (var path in new[] { "onnx/odd.bin", "onnx/tensors/a.bin", "secret.bin", "onnx/model.onnx_data" })
            Write(temporary, path, []);

        Assert.Equal(expected is null ? [] : [expected], ExternalData.Of(new DirectoryFiles(temporary.Path), "onnx/model.onnx"));
    }

    private static string? Downloaded(string[] paths, string folder, string? wanted)
    {
        try
        {
            return ModelFiles.Select("acme/bi", paths, [new ModuleEntry(folder, "Transformer")], ModelKind.BiEncoder, new() { OnnxFile = wanted })
                .Single(path => path.EndsWith(".onnx", StringComparison.Ordinal));
        }
        catch (HubException)
        {
            return null;
        }
    }

    private static string? Loaded(string directory, string folder, string? wanted)
    {
        try
        {
            return Path.GetRelativePath(directory, OnnxFile.Choose(directory, folder, wanted)).Replace('\\', '/');
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static byte[] Graph(string location) => new TinyGraph().ExternalEmbedding(rows: 2, width: 2, location).ToBytes();

    private static void Write(TemporaryDirectory directory, string name, byte[] content)
    {
        var path = directory.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
