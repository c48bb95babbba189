using System.Text.Json;
using System.Text.Json.Nodes;
using LocalRag.Training.Encoder;
using LocalRag.Training.Export;
using LocalRag.Training.Weights;
using static TorchSharp.torch;

namespace LocalRag.Training.Saving;

/// <summary>The files that every model directory has.</summary>
internal static class ModelFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // Everything that a tokenizer is read from; weights and graphs are written anew and never copied.
    private static readonly string[] TokenizerFiles =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json", "merges.txt",
        "sentencepiece.bpe.model", "spiece.model",
    ];

    public static void CopyTokenizer(string source, string target) => Copy(source, target, TokenizerFiles);

    public static void Copy(string source, string target, params IEnumerable<string> names)
    {
        foreach (string name in names.Where(n => File.Exists(Path.Combine(source, n))))
        {
            File.Copy(Path.Combine(source, name), Path.Combine(target, name));
            // The hub's cache and the NuGet cache hold read-only files.
            File.SetAttributes(Path.Combine(target, name), FileAttributes.Normal);
        }
    }

    public static void WriteJson(string directory, string name, JsonNode json) =>
        File.WriteAllText(Path.Combine(directory, name), json.ToJsonString(Indented) + "\n");

    public static void WriteWeights(string directory, string name, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var stream = File.Create(Path.Combine(directory, name));
        SafeTensorsFile.Write(stream, tensors);
    }

    /// <summary>Writes <c>onnx/model.onnx</c> and <c>onnx/model_qint8.onnx</c>.</summary>
    public static void WriteGraphs(string directory, Func<bool, OnnxGraph> createGraph)
    {
        string folder = Directory.CreateDirectory(Path.Combine(directory, "onnx")).FullName;
        foreach (bool int8 in (bool[])[false, true])
        {
            using var stream = File.Create(Path.Combine(folder, int8 ? "model_qint8.onnx" : "model.onnx"));
            createGraph(int8).WriteTo(stream);
        }
    }

    /// <summary>config.json of the source with what training changed.</summary>
    public static JsonObject Configuration(EncoderConfiguration configuration, string architecture)
    {
        var json = (JsonObject)configuration.Json.DeepClone();
        json["architectures"] = new JsonArray(configuration.Layout.Name + architecture);
        json.Remove("torch_dtype");
        json["dtype"] = "float32";
        return json;
    }
}
