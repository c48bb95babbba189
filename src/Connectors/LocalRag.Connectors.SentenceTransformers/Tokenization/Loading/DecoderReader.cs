namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Reads the key <c>decoder</c> of tokenizer.json.</summary>
internal static class DecoderReader
{
    public static TokenDecoder? Read(JsonValue root) => root.TryGet("decoder", out var value) ? ReadOne(value) : null;

    private static TokenDecoder ReadOne(JsonValue value) => value["type"].Text() switch
    {
        "WordPiece" => new WordPieceDecoder(value.Text("prefix", "##"), value.Flag("cleanup", true)),
        "ByteLevel" => new ByteLevelDecoder(),
        "Metaspace" => ReadMetaspace(value),
        "Replace" => new ReplaceDecoder(PatternReader.Read(value["pattern"]), value["content"].Text()),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Strip" => new StripDecoder(value["content"].Char(), value["start"].Id(), value["stop"].Id()),
        "BPEDecoder" => new BpeDecoder(value.Text("suffix", "</w>")),
        "CTC" => new CtcDecoder(value["pad_token"].Text(), value["word_delimiter_token"].Text(), value["cleanup"].Flag()),
        "Sequence" => new SequenceDecoder([.. value["decoders"].Items().Select(ReadOne)]),
        _ => throw value["type"].Unsupported("BPEDecoder, ByteFallback, ByteLevel, CTC, Fuse, Metaspace, Replace, Sequence, Strip, WordPiece"),
    };

    private static MetaspaceDecoder ReadMetaspace(JsonValue value)
    {
        var (replacement, scheme) = PreTokenizerReader.ReadMetaspaceKeys(value);
        return new(replacement, scheme);
    }
}
