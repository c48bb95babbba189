using System.Text.Json.Nodes;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Training.Encoder;
using LocalRag.Training.Export;
using LocalRag.Training.Fitting;
using static TorchSharp.torch;

namespace LocalRag.Training.Saving;

/// <summary>Writes the complete directory of a trained bi-encoder: the source's modules with new weights.</summary>
internal sealed class BiEncoderDirectory(Trainee<BiEncoderNetwork> trainee)
{
    private const string ModulesFile = "modules.json";

    private readonly ModelManifest _source = trainee.Source;
    private readonly BiEncoderNetwork _network = trainee.Network;

    public void Write(string path, BiEncoderFitOptions options, FitReport report) => AtomicDirectory.Write(path, directory =>
    {
        ModelFiles.CopyTokenizer(_source.Directory, directory);
        ModelFiles.Copy(_source.Directory, directory, ModulesFile, "config_sentence_transformers.json");
        ModelFiles.Copy(_source.Directory, directory, Directory.GetFiles(_source.Directory, "sentence_*_config.json").Select(f => Path.GetFileName(f)));
        ModelFiles.WriteJson(directory, "config.json", ModelFiles.Configuration(_network.Configuration, "Model"));
        if (options.MaxLength is { } length)
        {
            Limit(directory, length);
        }

        WriteModules(directory);
        ModelFiles.WriteWeights(directory, EncoderWeights.FileName, Named("", p => !p.Contains('/', StringComparison.Ordinal)));
        ModelFiles.WriteGraphs(directory, int8 => EncoderGraph.Encoder(_network.Configuration, _network.Parameters, trainee.Collator.FeedsTokenTypes, int8));
        ModelCard.Write(directory, new(
            path, "bi-encoder", "sentence-similarity", _network.Configuration.Layout.Name, _source.ModelId, trainee.Loss.Name, trainee.Collator.MaxTokens), options, report);
    });

    private void WriteModules(string directory)
    {
        if (!File.Exists(Path.Combine(_source.Directory, ModulesFile)))
        {
            // A bare encoder gets mean pooling, as it does on loading.
            Directory.CreateDirectory(Path.Combine(directory, "1_Pooling"));
            ModelFiles.WriteJson(directory, "1_Pooling/config.json", new JsonObject
            {
                ["word_embedding_dimension"] = _network.Configuration.HiddenSize,
                ["pooling_mode_cls_token"] = false,
                ["pooling_mode_mean_tokens"] = true,
                ["pooling_mode_max_tokens"] = false,
                ["pooling_mode_mean_sqrt_len_tokens"] = false,
            });
            ModelFiles.WriteJson(directory, ModulesFile, new JsonArray(Module(0, "", "Transformer"), Module(1, "1_Pooling", "Pooling")));
            return;
        }

        var modules = JsonNode.Parse(File.ReadAllBytes(Path.Combine(_source.Directory, ModulesFile)))!.AsArray();
        foreach (string folder in modules.Select(m => m!["path"]?.GetValue<string>() ?? "").Where(f => f.Length > 0))
        {
            string target = Directory.CreateDirectory(Path.Combine(directory, folder)).FullName;
            if (Directory.Exists(Path.Combine(_source.Directory, folder))) // Normalize's may be missing.
            {
                ModelFiles.Copy(Path.Combine(_source.Directory, folder), target, "config.json");
            }
        }

        foreach (var module in _network.Modules.Where(m => BiEncoderNetwork.FolderOf(m) is not null))
        {
            string folder = Path.GetRelativePath(_source.Directory, BiEncoderNetwork.FolderOf(module)!);
            string prefix = BiEncoderNetwork.Prefix(module);
            ModelFiles.WriteWeights(Path.Combine(directory, folder), EncoderWeights.FileName, Named(prefix, p => p.StartsWith(prefix, StringComparison.Ordinal)));
        }
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Named(string prefix, Func<string, bool> belongs) =>
        _network.Parameters.All.Where(p => belongs(p.Key)).Select(p => new KeyValuePair<string, Tensor>(p.Key[prefix.Length..], p.Value));

    private static void Limit(string directory, int length)
    {
        string path = Path.Combine(directory, "sentence_bert_config.json");
        var json = File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path))!.AsObject() : [];
        json["max_seq_length"] = length;
        ModelFiles.WriteJson(directory, "sentence_bert_config.json", json);
    }

    private static JsonObject Module(int index, string path, string type) =>
        new() { ["idx"] = index, ["name"] = $"{index}", ["path"] = path, ["type"] = $"sentence_transformers.models.{type}" };
}
