namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Reads the key <c>pre_tokenizer</c> of tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    public static PreTokenizer? Read(JsonValue root) => root.TryGet("pre_tokenizer", out var value) ? ReadOne(value) : null;

    private static PreTokenizer ReadOne(JsonValue value) => value["type"].Text() switch
    {
        "BertPreTokenizer" => new BertPreTokenizer(),
        "ByteLevel" => new ByteLevelPreTokenizer(value["add_prefix_space"].Flag(), value.Flag("use_regex", true)),
        "Metaspace" => ReadMetaspace(value),
        "Whitespace" => new WhitespacePreTokenizer(),
        "WhitespaceSplit" => new CharSplitPreTokenizer(CodePoint.IsWhiteSpace, SplitBehavior.Removed),
        "Punctuation" => new CharSplitPreTokenizer(CodePoint.IsBertPunctuation, value.TryGet("behavior", out var behavior) ? ReadBehavior(behavior) : SplitBehavior.Isolated),
        "Digits" => new CharSplitPreTokenizer(CodePoint.IsNumber, value["individual_digits"].Flag() ? SplitBehavior.Isolated : SplitBehavior.Contiguous),
        "Split" => new SplitPreTokenizer(PatternReader.Read(value["pattern"]), ReadBehavior(value["behavior"]), value["invert"].Flag()),
        "CharDelimiterSplit" => ReadDelimiter(value["delimiter"].Char()),
        "FixedLength" => new FixedLengthPreTokenizer(!value.TryGet("length", out var length) ? 5 : length.Integer() is > 0 and var n ? n : throw length.Unsupported("a number above zero")),
        "Sequence" => new SequencePreTokenizer([.. value["pretokenizers"].Items().Select(ReadOne)]),
        _ => throw value["type"].Unsupported("BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace, Punctuation, Sequence, Split, Whitespace, WhitespaceSplit"),
    };

    /// <summary>Mark and scheme of a <c>Metaspace</c>, pre-tokenizer or decoder.</summary>
    public static (char Replacement, PrependScheme Scheme) ReadMetaspaceKeys(JsonValue value)
    {
        var scheme = PrependScheme.Always;
        if (value.TryGet("prepend_scheme", out var name))
        {
            scheme = name.Text() switch
            {
                "always" => PrependScheme.Always,
                "first" => PrependScheme.First,
                "never" => PrependScheme.Never,
                _ => throw name.Unsupported("always, first, never"),
            };
        }

        if (!value.Flag("add_prefix_space", true))
        {
            if (value.TryGet("prepend_scheme", out _) && scheme != PrependScheme.Never)
                throw value["add_prefix_space"].Unsupported("false only with \"prepend_scheme\": \"never\"");
            scheme = PrependScheme.Never;
        }

        return (value["replacement"].Char(), scheme);
    }

    private static MetaspacePreTokenizer ReadMetaspace(JsonValue value)
    {
        var (replacement, scheme) = ReadMetaspaceKeys(value);
        return new(replacement, scheme, value.Flag("split", true));
    }

    private static CharSplitPreTokenizer ReadDelimiter(char delimiter) => new(codePoint => codePoint == delimiter, SplitBehavior.Removed);

    private static SplitBehavior ReadBehavior(JsonValue value) => value.Text() switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        _ => throw value.Unsupported("Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"),
    };
}
