using System.Text.Json;
using System.Text.RegularExpressions;
using LocalRag.Connectors.SentenceTransformers.Hub.Http;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;

namespace LocalRag.Connectors.SentenceTransformers.Hub.Selection;

/// <summary>Decides which files of a repository a model needs here: the rest, such as weights for other runtimes, stays on the hub.</summary>
internal static partial class ModelFiles
{
    public const string Modules = "modules.json";
    private const string Weights = "model.safetensors";

    private static readonly string[] RootFiles = [Modules, "config.json", "config_sentence_transformers.json"];
    private static readonly string[] TransformerFiles = ["config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];
    private static readonly string[] ModuleFiles = ["config.json", Weights];

    /// <summary>Parses <c>modules.json</c>.</summary>
    /// <exception cref="InvalidDataException">It is no list of modules.</exception>
    public static IReadOnlyList<ModuleEntry> ReadModules(string model, ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, HubJsonContext.Default.ModuleEntryArray)?.Where(module => module is not null).ToList() ?? [];
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{Modules} of '{model}' is no list of modules ({exception.Message}). Expected [{{\"path\": …, \"type\": …}}, …].", exception);
        }
    }

    /// <summary>The needed ones among <paramref name="paths"/>, in ordinal order.</summary>
    /// <param name="model">What the model is called in messages.</param>
    /// <param name="paths">All paths of the repository.</param>
    /// <param name="modules">The modules; empty when there is no <c>modules.json</c>.</param>
    /// <param name="kind">Which class exports the model, for the message when there is no ONNX file.</param>
    /// <param name="options">Which ONNX file is asked for, or whether the weights for training are.</param>
    /// <exception cref="HubException">The model has no usable ONNX file, or no weights to train from.</exception>
    public static IReadOnlyList<string> Select(string model, IReadOnlyCollection<string> paths, IReadOnlyList<ModuleEntry> modules, ModelKind kind, HubDownloadOptions options)
    {
        var needed = new SortedSet<string>(StringComparer.Ordinal);
        var known = new ListedFiles(paths);

        void Take(string folder, IEnumerable<string> names) => needed.UnionWith(names.Select(name => RelativeName.Join(folder, name)).Where(known.Contains));

        Take("", RootFiles);
        needed.UnionWith(paths.Where(path => LengthConfig().IsMatch(path)));
        foreach (var module in modules.Count == 0 ? [new ModuleEntry("", "Transformer")] : modules)
        {
            var folder = FolderOf(module);
            switch ((module.Type ?? "").Split('.')[^1])
            {
                case "Transformer" or "CLIPModel" or "MLMTransformer" or "CausalLMTransformer":
                    TakeTokenizer(folder);
                    needed.UnionWith(paths.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal) && LengthConfig().IsMatch(path[(folder.Length + 1)..])));
                    TakeModel(folder);
                    break;
                case "StaticEmbedding":
                    TakeTokenizer(folder);
                    Take(folder, ModuleFiles);
                    break;
                default:
                    Take(folder, folder.Length == 0 ? ["config.json"] : ModuleFiles);
                    break;
            }
        }

        return [.. needed];

        void TakeModel(string folder)
        {
            if (options.ForTraining)
            {
                needed.Add(known.Contains(RelativeName.Join(folder, Weights)) ? RelativeName.Join(folder, Weights) : throw new HubException(
                    HubErrorKind.FileNotFound, $"'{model}' has no {RelativeName.Join(folder, Weights)}, and training starts from that file alone. Save the model once with Python as one safetensors file and train from its directory."));
                return;
            }

            var onnx = OnnxFileChoice.Find(known, folder, options.OnnxFile, options.PrefersGpu) ?? throw MissingOnnx.Refusal(model, paths, kind, options.OnnxFile);
            needed.Add(onnx);
            needed.UnionWith(ExternalData.Of(known, onnx));
        }

        void TakeTokenizer(string folder)
        {
            Take(folder, TransformerFiles);
            if (!needed.Contains(RelativeName.Join(folder, "tokenizer.json")))
            {
                Take(folder, ["vocab.txt"]);
            }
        }
    }

    // Python joins the path to the directory, so ".", "./1_Pooling" and "1_Pooling/" are in use.
    private static string FolderOf(ModuleEntry module)
    {
        var path = (module.Path ?? "").TrimEnd('/');
        return path == "." ? "" : path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }

    [GeneratedRegex(@"^sentence_\w+_config\.json$")]
    private static partial Regex LengthConfig();
}
