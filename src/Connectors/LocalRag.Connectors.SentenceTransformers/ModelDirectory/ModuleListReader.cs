using System.Globalization;
using LocalRag.Connectors.SentenceTransformers.Pooling;
using LocalRag.Connectors.SentenceTransformers.Scoring;

namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Reads modules.json, under the type names of every version of the Python library, and the configuration of each module.</summary>
internal static class ModuleListReader
{
    private const string Supported = "Transformer, Pooling, Dense, LayerNorm, Normalize, Dropout and StaticEmbedding of sentence_transformers";

    // A pipeline of real models has two to six modules.
    private const int MostModules = 64;

    /// <summary>The modules in order, or null where the directory has no modules.json.</summary>
    public static IReadOnlyList<ModuleConfig>? Read(string directory)
    {
        var path = Path.Combine(directory, "modules.json");
        if (!File.Exists(path))
            return null;
        var entries = ConfigFile.LoadList(path);
        if (entries.Count is 0 or > MostModules)
            throw new InvalidDataException($"'{path}': expected 1 to {MostModules} modules, found {entries.Count}.");

        var indexes = new HashSet<int>();
        var modules = new List<(int Index, ModuleConfig Module)>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var index = entries[i].WholeNumber("idx") ?? i;
            if (!indexes.Add(index))
                throw entries[i].Refuse("idx", index.ToString(CultureInfo.InvariantCulture), "a number that no other module has");
            if (ReadModule(directory, entries[i]) is { } module)
                modules.Add((index, module));
        }

        var ordered = modules.OrderBy(entry => entry.Index).Select(entry => entry.Module).ToList();
        CheckOrder(path, ordered);
        return ordered;
    }

    private static ModuleConfig? ReadModule(string root, ConfigFile entry)
    {
        var type = entry.Text("type") ?? throw entry.Missing("type", Supported);
        var name = type[(type.LastIndexOf('.') + 1)..];
        if (!type.StartsWith("sentence_transformers.", StringComparison.Ordinal))
            throw entry.Refuse("type", $"\"{type}\", code of the model's own, which is never run", Supported);

        var directory = ModuleDirectory(root, entry);
        var label = $"{name} ('{directory}')";
        return name switch
        {
            "Transformer" => new TransformerConfig(label, directory),
            "Pooling" => ReadPooling(label, directory),
            "Dense" => ReadDense(label, directory),
            "LayerNorm" => ReadLayerNorm(label, directory),
            "Normalize" => new NormalizeConfig(label),
            "Dropout" => null, // does nothing outside training
            "StaticEmbedding" => new StaticEmbeddingConfig(label, directory),
            "SpladePooling" or "MLMTransformer" or "SparseStaticEmbedding" => throw entry.Refuse("type", $"\"{type}\", a module of a SparseEncoder, which gives no dense vectors", Supported),
            _ => throw entry.Refuse("type", $"\"{type}\"", Supported),
        };
    }

    private static string ModuleDirectory(string root, ConfigFile entry)
    {
        var path = entry.Text("path") ?? "";
        var full = Path.GetFullPath(Path.Combine(root, path));
        var inside = full == root || full.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return inside ? full : throw entry.Refuse("path", $"\"{path}\"", "a folder inside the model directory");
    }

    private static PoolingConfig ReadPooling(string name, string directory)
    {
        var config = ConfigFile.Load(Path.Combine(directory, "config.json"));
        var modes = config.Texts("pooling_mode") is { } names
            ? names.Select(mode => ParseMode(config, mode)).ToList()
            : LegacyModes.Where(flag => config.Flag(flag.Key) == true).Select(flag => flag.Mode).ToList();
        if (modes.Count == 0)
            throw config.Missing("pooling_mode", "one or more of cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken");
        return new(name, modes, config.Flag("include_prompt") ?? true,
            config.Positive("embedding_dimension") ?? config.Positive("word_embedding_dimension"));
    }

    // Flags have no order of their own: Python concatenates them in this one, and a list in the order of the list.
    private static readonly (string Key, PoolingMode Mode)[] LegacyModes =
    [
        ("pooling_mode_cls_token", PoolingMode.Cls),
        ("pooling_mode_max_tokens", PoolingMode.Max),
        ("pooling_mode_mean_tokens", PoolingMode.Mean),
        ("pooling_mode_mean_sqrt_len_tokens", PoolingMode.MeanSqrtLength),
        ("pooling_mode_weightedmean_tokens", PoolingMode.WeightedMean),
        ("pooling_mode_lasttoken", PoolingMode.LastToken),
    ];

    private static PoolingMode ParseMode(ConfigFile config, string mode) => mode switch
    {
        "cls" => PoolingMode.Cls,
        "max" => PoolingMode.Max,
        "mean" => PoolingMode.Mean,
        "mean_sqrt_len_tokens" => PoolingMode.MeanSqrtLength,
        "weightedmean" => PoolingMode.WeightedMean,
        "lasttoken" => PoolingMode.LastToken,
        _ => throw config.Refuse("pooling_mode", $"\"{mode}\"", "cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken or a list of them"),
    };

    private static DenseConfig ReadDense(string name, string directory)
    {
        var config = ConfigFile.Load(Path.Combine(directory, "config.json"));
        CheckSentenceModule(config);
        if (config.Flag("use_residual") == true)
            throw config.Refuse("use_residual", "true", "false: residual Dense layers belong to multi-vector models, which are not supported");
        var activation = config.Text("activation_function") is { } path
            ? Activations.FromTorchPath(path) ?? throw config.Refuse("activation_function", $"\"{path}\"", Activations.SupportedTorchNames)
            : ActivationFunction.Tanh;
        return new(name, directory,
            config.Positive("in_features") ?? throw config.Missing("in_features", "the width of the input"),
            config.Positive("out_features") ?? throw config.Missing("out_features", "the width of the output"),
            config.Flag("bias") ?? true, activation);
    }

    private static LayerNormConfig ReadLayerNorm(string name, string directory)
    {
        var config = ConfigFile.Load(Path.Combine(directory, "config.json"));
        return new(name, directory, config.Positive("dimension") ?? throw config.Missing("dimension", "the width of the vectors"));
    }

    private static void CheckSentenceModule(ConfigFile config)
    {
        foreach (var key in new[] { "module_input_name", "module_output_name" })
        {
            if (config.Text(key) is { } value and not "sentence_embedding")
                throw config.Refuse(key, $"\"{value}\" (one vector per token: a multi-vector model)", "\"sentence_embedding\"");
        }
    }

    private static void CheckOrder(string path, List<ModuleConfig> modules)
    {
        for (var i = 0; i < modules.Count; i++)
        {
            var isFirst = modules[i] is TransformerConfig or StaticEmbeddingConfig;
            if (isFirst != (i == 0))
                throw new InvalidDataException($"'{path}': expected a Transformer or a StaticEmbedding as the first module and nowhere else, found {modules[i].Name} at position {i}.");
            if (modules[i] is PoolingConfig && (i != 1 || modules[0] is not TransformerConfig))
                throw new InvalidDataException($"'{path}': expected Pooling directly after the Transformer, found {modules[i].Name} at position {i}.");
        }
    }
}
