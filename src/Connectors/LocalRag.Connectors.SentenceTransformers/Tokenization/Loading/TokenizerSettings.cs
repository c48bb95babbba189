namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>What tokenizer_config.json says beside the pipeline of tokenizer.json.</summary>
internal sealed record TokenizerSettings
{
    /// <summary>Longer limits mean "none": the library writes 1e30 for models that never were given one.</summary>
    private const double AbsurdLength = int.MaxValue;

    public int? ModelMaxLength { get; init; }

    public string? PadToken { get; init; }

    public int? PadTokenTypeId { get; init; }

    public bool? PadLeft { get; init; }

    public bool? TruncateLeft { get; init; }

    public bool? Lowercase { get; init; }

    public bool? StripAccents { get; init; }

    public bool? SpaceIdeographs { get; init; }

    /// <summary>True if the Python class of this tokenizer sets up BERT's normaliser by its own options, whatever tokenizer.json says.</summary>
    public bool OverridesBertNormalizer { get; init; }

    public string? UnknownToken { get; init; }

    public string? ClassToken { get; init; }

    public string? SeparatorToken { get; init; }

    public string? MaskToken { get; init; }

    /// <summary>Reads the files that are there; tokenizer_config.json goes before special_tokens_map.json.</summary>
    public static TokenizerSettings Read(string directory)
    {
        var config = Path.Combine(directory, "tokenizer_config.json");
        var settings = File.Exists(config) ? JsonValue.ReadFile(config, Read) : new();
        var map = Path.Combine(directory, "special_tokens_map.json");
        return settings.PadToken is null && File.Exists(map) ? settings with { PadToken = JsonValue.ReadFile(map, m => Token(m, "pad_token")) } : settings;
    }

    private static TokenizerSettings Read(JsonValue config) => new()
    {
        ModelMaxLength = config.TryGet("model_max_length", out var length) && length.Number() is >= 1 and < AbsurdLength and var max ? (int)max : null,
        PadToken = Token(config, "pad_token"),
        PadTokenTypeId = config.TryGet("pad_token_type_id", out var type) ? type.Id() : null,
        PadLeft = Side(config, "padding_side"),
        TruncateLeft = Side(config, "truncation_side"),
        Lowercase = OptionalFlag(config, "do_lower_case"),
        StripAccents = OptionalFlag(config, "strip_accents"),
        SpaceIdeographs = OptionalFlag(config, "tokenize_chinese_chars"),
        OverridesBertNormalizer = config.TryGet("tokenizer_class", out var name) && name.Text() is not ("PreTrainedTokenizerFast" or "TokenizersBackend"),
        UnknownToken = Token(config, "unk_token"),
        ClassToken = Token(config, "cls_token"),
        SeparatorToken = Token(config, "sep_token"),
        MaskToken = Token(config, "mask_token"),
    };

    private static bool? OptionalFlag(JsonValue config, string key) => config.TryGet(key, out var value) ? value.Flag() : null;

    private static bool? Side(JsonValue config, string key)
    {
        if (!config.TryGet(key, out var value))
            return null;
        return value.Text().ToUpperInvariant() switch
        {
            "LEFT" => true,
            "RIGHT" => false,
            _ => throw value.Unsupported("left, right"),
        };
    }

    /// <summary>A token, written as its text or as an object with the key <c>content</c>.</summary>
    private static string? Token(JsonValue config, string key)
    {
        if (!config.TryGet(key, out var value))
            return null;
        return value.IsObject ? value["content"].Text() : value.Text();
    }
}
