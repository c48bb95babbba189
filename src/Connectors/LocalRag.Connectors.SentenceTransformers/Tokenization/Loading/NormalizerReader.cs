namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Reads the key <c>normalizer</c> of tokenizer.json.</summary>
internal static class NormalizerReader
{
    public static Normalizer? Read(JsonValue root) => root.TryGet("normalizer", out var value) ? ReadOne(value) : null;

    private static Normalizer ReadOne(JsonValue value) => value["type"].Text() switch
    {
        "BertNormalizer" => new BertNormalizer(
            value.Flag("clean_text", true),
            value.Flag("handle_chinese_chars", true),
            value.TryGet("strip_accents", out var strip) ? strip.Flag() : null,
            value.Flag("lowercase", true)),
        "Lowercase" => new LowercaseNormalizer(),
        "NFC" => new UnicodeFormNormalizer(composes: true, compatibly: false),
        "NFD" => new UnicodeFormNormalizer(composes: false, compatibly: false),
        "NFKC" => new UnicodeFormNormalizer(composes: true, compatibly: true),
        "NFKD" => new UnicodeFormNormalizer(composes: false, compatibly: true),
        "Nmt" => new NmtNormalizer(),
        "StripAccents" => new StripAccentsNormalizer(),
        "Strip" => new StripNormalizer(value["strip_left"].Flag(), value["strip_right"].Flag()),
        "Prepend" => new PrependNormalizer(value["prepend"].Text()),
        "Replace" => new ReplaceNormalizer(PatternReader.Read(value["pattern"]), value["content"].Text()),
        "Precompiled" => new PrecompiledNormalizer(ReadCharsmap(value["precompiled_charsmap"])),
        "ByteLevel" => new ByteLevelNormalizer(),
        "Sequence" => new SequenceNormalizer([.. value["normalizers"].Items().Select(ReadOne)]),
        _ => throw value["type"].Unsupported("BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, Strip, StripAccents"),
    };

    private static PrecompiledCharsmap ReadCharsmap(JsonValue value)
    {
        try
        {
            return new(Convert.FromBase64String(value.Text()));
        }
        catch (FormatException e)
        {
            throw value.Unsupported($"the base64 form of a SentencePiece character map, which this is not ({e.Message})");
        }
    }
}
