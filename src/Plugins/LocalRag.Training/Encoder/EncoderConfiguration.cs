using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalRag.Training.Encoder;

/// <summary>What config.json says, checked and under one set of names.</summary>
internal sealed record EncoderConfiguration
{
    public required EncoderLayout Layout { get; init; }
    public required int HiddenSize { get; init; }
    public required int LayerCount { get; init; }
    public required int HeadCount { get; init; }
    public required int IntermediateSize { get; init; }
    public required int VocabularySize { get; init; }
    public required int MaxPositions { get; init; }
    public required int TokenTypeCount { get; init; }
    public required double LayerNormEpsilon { get; init; }
    public required double HiddenDropout { get; init; }
    public required double AttentionDropout { get; init; }
    public required double ClassifierDropout { get; init; }
    public required double InitializerRange { get; init; }
    public required int PadTokenId { get; init; }
    /// <summary>The id that position counting passes over, and what positions are counted from.</summary>
    public int PositionPaddingId => Layout.HasRelativeBias ? 1 : PadTokenId; // MPNet's code has a constant there, whatever config.json says.

    public required int RelativeBuckets { get; init; }
    public required bool ReluActivation { get; init; }

    /// <summary>Labels of the file's classification head; null where the architecture has none.</summary>
    public required int? LabelCount { get; init; }

    /// <summary>The file itself, so that saving keeps what is not understood here.</summary>
    public required JsonObject Json { get; init; }

    public int HeadSize => HiddenSize / HeadCount;

    /// <summary>The longest sequence, special tokens included.</summary>
    public int UsablePositions => Layout.OffsetPositions ? MaxPositions - PositionPaddingId - 1 : MaxPositions;

    /// <exception cref="InvalidDataException">The file is missing, is no JSON object, or names something that cannot be trained.</exception>
    public static EncoderConfiguration Load(string directory)
    {
        if (!File.Exists(Path.Combine(directory, EncoderWeights.FileName)))
        {
            throw new InvalidDataException(
                $"'{directory}' has no {EncoderWeights.FileName} and cannot be trained: an ONNX graph alone is not enough to train from. " +
                (File.Exists(Path.Combine(directory, "pytorch_model.bin"))
                    ? "It has pytorch_model.bin, which is not read; convert it to safetensors."
                    : "Start from a model that ships safetensors, for example localrag-mini-bi; from a hub, download it with HubDownloadOptions.ForTraining."));
        }

        string path = Path.Combine(directory, "config.json");
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"'{path}' was expected and is missing. Training needs a model directory with config.json, tokenizer.json and model.safetensors.");
        }

        try
        {
            return Parse(JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new JsonException("the root is no object"), path);
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException || (e is InvalidOperationException and not ObjectDisposedException))
        {
            throw new InvalidDataException($"'{path}' could not be read: {e.Message}", e);
        }
    }

    private static EncoderConfiguration Parse(JsonObject json, string path)
    {
        string modelType = json["model_type"]?.GetValue<string>() ?? "";
        var layout = EncoderLayout.ForModelType(modelType) ?? throw new InvalidDataException(
            $"'{path}', model_type: '{modelType}' cannot be trained; bert, roberta, xlm-roberta, distilbert and mpnet can. Start from a model of one of these types.");
        bool distil = layout == EncoderLayout.DistilBert;
        int Int(string key, string distilKey, int? fallback = null) => (json[distil ? distilKey : key] ?? (JsonNode?)fallback)?.GetValue<int>()
            ?? throw new InvalidDataException($"'{path}', {(distil ? distilKey : key)}: a number was expected and is missing.");
        double Real(string key, double fallback) => json[key]?.GetValue<double>() ?? fallback;

        string activation = json[distil ? "activation" : "hidden_act"]?.GetValue<string>() ?? "gelu";
        if (activation is not ("gelu" or "relu"))
        {
            throw new InvalidDataException($"'{path}', {(distil ? "activation" : "hidden_act")}: '{activation}' is not supported; gelu and relu are.");
        }

        if (json["position_embedding_type"]?.GetValue<string>() is { } positions and not "absolute")
        {
            throw new InvalidDataException($"'{path}', position_embedding_type: '{positions}' is not supported; absolute is.");
        }

        double hiddenDropout = Real(distil ? "dropout" : "hidden_dropout_prob", 0.1);
        var configuration = new EncoderConfiguration
        {
            Layout = layout,
            HiddenSize = Int("hidden_size", "dim"),
            LayerCount = Int("num_hidden_layers", "n_layers"),
            HeadCount = Int("num_attention_heads", "n_heads"),
            IntermediateSize = Int("intermediate_size", "hidden_dim"),
            VocabularySize = Int("vocab_size", "vocab_size"),
            MaxPositions = Int("max_position_embeddings", "max_position_embeddings"),
            TokenTypeCount = layout.HasTokenTypes ? Int("type_vocab_size", "type_vocab_size", 2) : 0,
            LayerNormEpsilon = distil ? 1e-12 : Real("layer_norm_eps", 1e-12),
            HiddenDropout = hiddenDropout,
            AttentionDropout = Real(distil ? "attention_dropout" : "attention_probs_dropout_prob", 0.1),
            ClassifierDropout = distil ? Real("seq_classif_dropout", 0.2) : json["classifier_dropout"]?.GetValue<double>() ?? hiddenDropout,
            InitializerRange = Real("initializer_range", 0.02),
            PadTokenId = json["pad_token_id"]?.GetValue<int>() ?? (layout.OffsetPositions ? 1 : 0),
            RelativeBuckets = layout.HasRelativeBias ? Int("relative_attention_num_buckets", "", 32) : 0,
            ReluActivation = activation == "relu",
            LabelCount = IsClassifier(json) ? Labels(json) : null,
            Json = json,
        };
        return configuration.HeadCount > 0 && configuration.HiddenSize % configuration.HeadCount == 0 ? configuration
            : throw new InvalidDataException($"'{path}': the hidden size {configuration.HiddenSize} is no multiple of the {configuration.HeadCount} attention heads.");
    }

    private static bool IsClassifier(JsonObject json) =>
        json["architectures"] is JsonArray { Count: > 0 } names && names[0]!.GetValue<string>().EndsWith("ForSequenceClassification", StringComparison.Ordinal);

    private static int Labels(JsonObject json) =>
        json["id2label"] is JsonObject labels ? labels.Count : json["num_labels"]?.GetValue<int>() ?? 2;
}
