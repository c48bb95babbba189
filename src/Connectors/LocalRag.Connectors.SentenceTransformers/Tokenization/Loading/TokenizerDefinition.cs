namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>All stages of a tokenizer, read and checked.</summary>
internal sealed record TokenizerDefinition
{
    public required TokenModel Model { get; init; }

    public required AddedVocabulary Added { get; init; }

    public Normalizer? Normalizer { get; init; }

    public PreTokenizer? PreTokenizer { get; init; }

    public TokenDecoder? Decoder { get; init; }

    public required Template Single { get; init; }

    public required Template Pair { get; init; }

    /// <summary>Padding as tokenizer.json states it; tokenizer_config.json goes before it.</summary>
    public string? PadToken { get; init; }

    public int? PadTokenTypeId { get; init; }

    public bool? PadLeft { get; init; }

    public bool? TruncateLeft { get; init; }

    /// <summary>Reads tokenizer.json.</summary>
    public static TokenizerDefinition Read(JsonValue root)
    {
        if (root.TryGet("version", out var version) && version.Text() != "1.0")
            throw version.Unsupported("1.0");
        var model = ModelReader.Read(root);
        var normalizer = NormalizerReader.Read(root);
        var (single, pair) = PostProcessorReader.Read(root);
        var definition = new TokenizerDefinition
        {
            Model = model,
            Added = new(AddedTokenReader.Read(root, model.Vocabulary), normalizer),
            Normalizer = normalizer,
            PreTokenizer = PreTokenizerReader.Read(root),
            Decoder = DecoderReader.Read(root),
            Single = single,
            Pair = pair,
        };
        if (root.TryGet("padding", out var padding))
        {
            definition = definition with
            {
                PadToken = padding["pad_token"].Text(),
                PadTokenTypeId = padding.TryGet("pad_type_id", out var type) ? type.Id() : null,
                PadLeft = Direction(padding),
            };
        }

        return root.TryGet("truncation", out var truncation) ? definition with { TruncateLeft = Direction(truncation) } : definition;
    }

    private static bool? Direction(JsonValue value)
    {
        if (!value.TryGet("direction", out var direction))
            return null;
        return direction.Text() switch
        {
            "Left" => true,
            "Right" => false,
            _ => throw direction.Unsupported("Left, Right"),
        };
    }
}
