namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Reads the key <c>model</c> of tokenizer.json.</summary>
internal static class ModelReader
{
    private const string Supported = "BPE, Unigram, WordLevel, WordPiece";

    public static TokenModel Read(JsonValue root)
    {
        var model = root["model"];
        var type = model.TryGet("type", out var name) ? name.Text() : GuessType(model);
        return type switch
        {
            "WordPiece" => ReadWordPiece(model),
            "BPE" => ReadBpe(model),
            "Unigram" => ReadUnigram(model),
            "WordLevel" => ReadWordLevel(model),
            _ => throw model["type"].Unsupported(Supported),
        };
    }

    /// <summary>Files of the library's first years name no type; their keys tell it.</summary>
    private static string GuessType(JsonValue model) =>
        model.TryGet("merges", out _) ? "BPE"
        : model.TryGet("unk_id", out _) || model["vocab"].IsArray ? "Unigram"
        : model.TryGet("continuing_subword_prefix", out _) ? "WordPiece"
        : "WordLevel";

    private static WordPieceModel ReadWordPiece(JsonValue model)
    {
        var vocabulary = ReadVocabulary(model);
        var max = model.TryGet("max_input_chars_per_word", out var limit) ? limit.Id() : 100;
        return new(vocabulary, IdOf(model, vocabulary, "unk_token", "[UNK]"), model.Text("continuing_subword_prefix", "##"), max);
    }

    private static WordLevelModel ReadWordLevel(JsonValue model)
    {
        var vocabulary = ReadVocabulary(model);
        return new(vocabulary, IdOf(model, vocabulary, "unk_token", "<unk>"));
    }

    private static BpeModel ReadBpe(JsonValue model)
    {
        if (model.TryGet("dropout", out var dropout) && dropout.Number() != 0)
            throw dropout.Unsupported("null or 0, since dropout makes ids random");
        var vocabulary = ReadVocabulary(model);
        // Byte-level models often name a token here that they never need, and that the vocabulary lacks.
        int? unknown = !model.TryGet("unk_token", out var token) ? null : vocabulary.TryGetId(token.Text(), out var id) ? id : BpeOptions.UnknownIsMissing;
        var options = new BpeOptions(
            unknown,
            model.Text("continuing_subword_prefix", ""),
            model.Text("end_of_word_suffix", ""),
            model.Flag("fuse_unk", false),
            model.Flag("byte_fallback", false),
            model.Flag("ignore_merges", false));
        var merges = model["merges"];
        try
        {
            return new(vocabulary, [.. merges.Items().Where(m => !m.IsString || !m.Text().StartsWith("#version", StringComparison.Ordinal)).Select(ReadMerge)], options);
        }
        catch (FormatException e)
        {
            throw merges.Unsupported($"merges of tokens in the vocabulary; it has {e.Message}");
        }
    }

    private static (string Left, string Right) ReadMerge(JsonValue merge)
    {
        if (merge.IsString)
            return merge.Text().Split(' ') is [var left, var right] ? (left, right) : throw merge.Unsupported("two tokens and a space between them");
        return merge.IsArray && merge.Count == 2 ? (merge[0].Text(), merge[1].Text()) : throw merge.Unsupported("an array of two tokens");
    }

    private static UnigramModel ReadUnigram(JsonValue model)
    {
        var vocab = model["vocab"];
        var (tokens, scores) = (new List<KeyValuePair<string, int>>(), new List<double>());
        foreach (var entry in vocab.Items())
        {
            if (!entry.IsArray || entry.Count != 2)
                throw entry.Unsupported("an array of a token and its score");
            tokens.Add(new(entry[0].Text(), tokens.Count));
            scores.Add(entry[1].Number());
        }

        int? unknown = null;
        if (model.TryGet("unk_id", out var id))
            unknown = id.Id() < tokens.Count ? id.Id() : throw id.Unsupported($"an id below the vocabulary's size, {tokens.Count}");
        return new(new(tokens, tokens.Count), [.. scores], unknown, model.Flag("byte_fallback", false));
    }

    private static Vocabulary ReadVocabulary(JsonValue model)
    {
        var vocab = model["vocab"];
        return new(vocab.Members().Select(m => KeyValuePair.Create(m.Key, m.Value.Id())), vocab.Count);
    }

    private static int IdOf(JsonValue model, Vocabulary vocabulary, string key, string absent)
    {
        var token = model.Text(key, absent);
        if (vocabulary.TryGetId(token, out var id))
            return id;
        throw model.TryGet(key, out var value) ? value.Unsupported("a token of the vocabulary") : model["vocab"].Unsupported($"a vocabulary with the token \"{absent}\"");
    }
}
