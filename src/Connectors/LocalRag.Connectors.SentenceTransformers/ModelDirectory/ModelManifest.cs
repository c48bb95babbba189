namespace LocalRag.Connectors.SentenceTransformers.ModelDirectory;

/// <summary>Everything that the configuration files of a model directory say. Read once; what cannot be honoured was refused while reading.</summary>
internal sealed record ModelManifest
{
    public required string Directory { get; init; }

    /// <summary>Where tokenizer, network configuration and graph lie: the folder of the first module, mostly the root itself.</summary>
    public string NetworkDirectory => Modules[0] switch
    {
        TransformerConfig transformer => transformer.Directory,
        StaticEmbeddingConfig table => table.Directory,
        _ => Directory,
    };

    /// <summary>The same inside the model; empty for the root.</summary>
    public string NetworkFolder => Path.GetRelativePath(Directory, NetworkDirectory) is var folder and not "." ? folder.Replace('\\', '/') : "";

    /// <summary>The pipeline of a bi-encoder; for a cross-encoder only the Transformer.</summary>
    public required IReadOnlyList<ModuleConfig> Modules { get; init; }

    /// <summary>The length that sentence_bert_config.json fixes; it wins over everything but an option.</summary>
    public int? FixedLength { get; init; }

    /// <summary>How many tokens the network has positions for; null where config.json does not say.</summary>
    public int? Positions { get; init; }

    /// <summary>Texts are lower-cased before they are tokenized.</summary>
    public bool LowercasesFirst { get; init; }

    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    public string? DefaultPromptName { get; init; }

    public SimilarityFunction SimilarityFunction { get; init; }

    /// <summary>The directory's own truncate_dim; null keeps all dimensions.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Names of a classifier's outputs, by index; null where the directory names none.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The cross-encoder's activation where the directory names one.</summary>
    public ActivationFunction? Activation { get; init; }

    /// <summary>Name for metadata: the folder's own, or owner/name in the hub's cache layout.</summary>
    public required string ModelId { get; init; }

    /// <summary>The most tokens that the model reads, special tokens included; null without a limit.</summary>
    public int? MaxTokens(int? option, int? tokenizerMaximum)
    {
        if (option is not null || FixedLength is not null)
            return option ?? FixedLength;
        return (tokenizerMaximum, Positions) switch
        {
            ({ } tokens, { } positions) => Math.Min(tokens, positions),
            var (tokens, positions) => tokens ?? positions,
        };
    }
}
