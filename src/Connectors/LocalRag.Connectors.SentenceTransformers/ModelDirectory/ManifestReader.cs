using System.Globalization;
using LocalRag.Connectors.SentenceTransformers.Pooling;
using LocalRag.Connectors.SentenceTransformers.Scoring;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Turns the configuration files of a directory into a <see cref="ModelManifest"/>.</summary>
internal static class ManifestReader
{
    // Files of library versions before 0.4 were named after the architecture.
    private static readonly string[] TransformerConfigs =
    [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json", "sentence_camembert_config.json",
        "sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
    ];

    // Networks whose first position is the padding id + 1 = 2: two of max_position_embeddings can never be used.
    private static readonly string[] OffsetArchitectures = ["roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer", "roberta-prelayernorm", "data2vec-text", "ibert"];

    public static ModelManifest ReadBiEncoder(string directory)
    {
        directory = Existing(directory);
        var main = ConfigFile.LoadIfExists(Path.Combine(directory, "config_sentence_transformers.json"));
        if (main?.Text("model_type") is { } type and not "SentenceTransformer")
        {
            throw main.Refuse("model_type", $"\"{type}\"", type == "CrossEncoder"
                ? "\"SentenceTransformer\"; load this directory as a CrossEncoder"
                : "\"SentenceTransformer\"; sparse and multi-vector models are not supported");
        }

        var modules = ModuleListReader.Read(directory);
        var network = modules?[0] is TransformerConfig transformer ? transformer.Directory : directory;
        var config = ConfigFile.LoadIfExists(Path.Combine(network, "config.json"));
        return Common(directory, network, main, config) with
        {
            Modules = modules ?? DefaultModules(directory, config),
            SimilarityFunction = main?.Text("similarity_fn_name") switch
            {
                null or "cosine" => SimilarityFunction.Cosine,
                "dot" or "dot_product" => SimilarityFunction.Dot,
                "euclidean" => SimilarityFunction.Euclidean,
                "manhattan" => SimilarityFunction.Manhattan,
                var name => throw main!.Refuse("similarity_fn_name", $"\"{name}\"", "cosine, dot, euclidean or manhattan"),
            },
            Dimensions = main?.Positive("truncate_dim"),
        };
    }

    public static ModelManifest ReadCrossEncoder(string directory)
    {
        directory = Existing(directory);
        var main = ConfigFile.LoadIfExists(Path.Combine(directory, "config_sentence_transformers.json"));
        var isPipeline = main?.Text("model_type") == "CrossEncoder";
        if (main?.Text("model_type") is { } type and ("SparseEncoder" or "MultiVectorEncoder"))
            throw main.Refuse("model_type", $"\"{type}\"", "\"CrossEncoder\"");

        // Before 5.4 a cross-encoder was a plain transformers directory; a modules.json in it belonged to something else.
        if (isPipeline && ModuleListReader.Read(directory) is { Count: > 1 } modules)
            throw new InvalidDataException($"'{Path.Combine(directory, "modules.json")}': expected only a Transformer for a cross-encoder, found {modules[1].Name}.");

        var config = ConfigFile.LoadIfExists(Path.Combine(directory, "config.json"));
        if (config?.Texts("architectures") is { } architectures && architectures.Any(name => name.EndsWith("ForCausalLM", StringComparison.Ordinal)))
            throw config.Refuse("architectures", $"\"{architectures[0]}\", a generative reranker that needs a chat template", "a sequence classifier such as BertForSequenceClassification");

        return Common(directory, directory, main, config) with
        {
            Labels = config is null ? null : ReadLabels(config),
            Activation = ReadActivation(main, "activation_fn")
                ?? ReadActivation(config?.Section("sentence_transformers"), "activation_fn")
                ?? ReadActivation(config, "sbert_ce_default_activation_function"),
        };
    }

    private static ModelManifest Common(string directory, string network, ConfigFile? main, ConfigFile? config)
    {
        var transformer = TransformerConfigs.Select(name => ConfigFile.LoadIfExists(Path.Combine(network, name))).FirstOrDefault(file => file is not null);
        var prompts = main?.TextMap("prompts") ?? new Dictionary<string, string>();
        if (main?.Text("default_prompt_name") is { } name && !prompts.ContainsKey(name))
            throw main.Refuse("default_prompt_name", $"\"{name}\"", $"one of the prompts: {(prompts.Count == 0 ? "there are none" : string.Join(", ", prompts.Keys))}");
        return new()
        {
            Directory = directory,
            Modules = [new TransformerConfig("Transformer", directory)],
            ModelId = ModelName.Of(directory),
            FixedLength = transformer?.Positive("max_seq_length"),
            LowercasesFirst = transformer?.Flag("do_lower_case") ?? false,
            Positions = ReadPositions(config),
            Prompts = prompts,
            DefaultPromptName = main?.Text("default_prompt_name"),
        };
    }

    private static string Existing(string directory)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (Directory.Exists(full))
            return full;
        throw new DirectoryNotFoundException($"The model directory '{directory}' does not exist (looked in '{full}'). Give a directory that holds the model's configuration, tokenizer and ONNX file.");
    }

    // A plain transformers directory: the Python library adds mean pooling, and the last token for generative networks.
    private static IReadOnlyList<ModuleConfig> DefaultModules(string directory, ConfigFile? config)
    {
        if (config is null)
            throw new FileNotFoundException($"'{directory}' holds neither modules.json nor config.json. Expected the directory of a sentence-transformers model.");
        var causal = config.Texts("architectures")?.Any(name => name.EndsWith("ForCausalLM", StringComparison.Ordinal)) == true;
        return [new TransformerConfig("Transformer", directory), new PoolingConfig("Pooling (default)", [causal ? PoolingMode.LastToken : PoolingMode.Mean], IncludePrompt: true, Width: null)];
    }

    private static int? ReadPositions(ConfigFile? config)
    {
        if (config?.WholeNumber("max_position_embeddings") is not ({ } positions and > 0))
            return null;
        return OffsetArchitectures.Contains(config.Text("model_type")) ? Math.Max(1, positions - 2) : positions;
    }

    private static ActivationFunction? ReadActivation(ConfigFile? config, string key) => config?.Text(key) is not { } path ? null
        : Activations.FromTorchPath(path) ?? throw config.Refuse(key, $"\"{path}\"", $"{Activations.SupportedTorchNames}; set the option Activation to override it");

    private static string[]? ReadLabels(ConfigFile config)
    {
        if (config.TextMap("id2label") is not { Count: > 0 } map)
            return null;
        var labels = new string[map.Count];
        foreach (var (key, label) in map)
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= labels.Length)
                throw config.Refuse("id2label", $"an object with the key \"{key}\"", $"the keys 0 to {labels.Length - 1}");
            labels[index] = label;
        }

        return labels;
    }
}
