namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The tokenizer of a model directory: text to ids as Hugging Face's <c>tokenizers</c> library makes them. Thread-safe and immutable.</summary>
/// <remarks>
/// The order is that library's: added tokens on the raw text, normaliser, added tokens on the normalised text, pre-tokeniser, model, truncation, post-processor.
/// Truncation and padding that tokenizer.json has baked in are ignored: lengths are the caller's. A lone surrogate counts as U+FFFD.
/// </remarks>
internal sealed partial class TextTokenizer
{
    private readonly TokenizerDefinition _definition;
    private readonly Template _singleBare, _pairBare;

    private TextTokenizer(TokenizerDefinition definition, TokenizerSettings settings)
    {
        _definition = definition;
        _singleBare = definition.Single.WithoutSpecials();
        _pairBare = definition.Pair.WithoutSpecials();
        PadTokenId = (settings.PadToken ?? definition.PadToken) is { } pad ? TokenToId(pad) ?? 0 : 0;
        PadTokenTypeId = settings.PadTokenTypeId ?? definition.PadTokenTypeId ?? 0;
        PadLeft = settings.PadLeft ?? definition.PadLeft ?? false;
        TruncateLeft = settings.TruncateLeft ?? definition.TruncateLeft ?? false;
        ModelMaxLength = settings.ModelMaxLength;
        VocabularySize = definition.Model.Vocabulary.Entries.Select(e => e.Value).Concat(definition.Added.Ids).DefaultIfEmpty(-1).Max() + 1;
    }

    /// <summary>Id to fill shorter rows of a batch with; 0 if the files name none.</summary>
    public int PadTokenId { get; }

    /// <summary>Type id of padding.</summary>
    public int PadTokenTypeId { get; }

    /// <summary>True if padding goes in front.</summary>
    public bool PadLeft { get; }

    /// <summary>True if truncation removes the beginning of a text.</summary>
    public bool TruncateLeft { get; }

    /// <summary>Most tokens, special ones included, that tokenizer_config.json allows; null if it names no sensible number.</summary>
    public int? ModelMaxLength { get; }

    /// <summary>One more than the highest id.</summary>
    public int VocabularySize { get; }

    /// <summary>Reads tokenizer.json, or else vocab.txt, and tokenizer_config.json.</summary>
    /// <exception cref="FileNotFoundException">The directory has neither tokenizer.json nor vocab.txt.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or asks for what is not supported; the message names file, key, value found and values supported.</exception>
    public static TextTokenizer Load(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var settings = TokenizerSettings.Read(directory);
        var json = Path.Combine(directory, "tokenizer.json");
        if (File.Exists(json))
        {
            var definition = JsonValue.ReadFile(json, TokenizerDefinition.Read);
            // The Python classes for BERT and its kin rebuild the normaliser from these options, so where the files disagree the options win.
            if (settings.OverridesBertNormalizer && definition.Normalizer is BertNormalizer normalizer)
                definition = definition with { Normalizer = normalizer.With(settings) };
            return new(definition, settings);
        }

        var text = Path.Combine(directory, "vocab.txt");
        if (File.Exists(text))
            return new(VocabularyFile.Read(text, settings), settings);
        throw new FileNotFoundException($"'{directory}' has no tokenizer: neither tokenizer.json nor vocab.txt was found. Save the model's fast tokenizer there (in Python: tokenizer.save_pretrained).", json);
    }

    /// <summary>The id of a token, or null.</summary>
    public int? TokenToId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _definition.Added.TryGetId(token, out var id) || _definition.Model.Vocabulary.TryGetId(token, out id) ? id : null;
    }

    /// <summary>The token of an id, or null.</summary>
    public string? IdToToken(int id) => _definition.Added.ContentOf(id) ?? _definition.Model.Vocabulary.TokenOf(id);

    /// <summary>How many special tokens a single text or a pair is given.</summary>
    public int SpecialTokenCount(bool pair) => (pair ? _definition.Pair : _definition.Single).SpecialCount;

    /// <summary>Ids of one text.</summary>
    /// <param name="text">The text; may be empty.</param>
    /// <param name="maxTokens">Most ids, special ones included; null for no limit.</param>
    /// <param name="addSpecialTokens">False to leave special tokens out.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is smaller than the number of special tokens.</exception>
    public TextEncoding Encode(string text, int? maxTokens = null, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode(text.AsSpan(), maxTokens, addSpecialTokens);
    }

    /// <inheritdoc cref="Encode(string, int?, bool)"/>
    public TextEncoding Encode(ReadOnlySpan<char> text, int? maxTokens, bool addSpecialTokens)
    {
        var template = addSpecialTokens ? _definition.Single : _singleBare;
        var room = Room(maxTokens, template);
        var workspace = EncodingWorkspace.Rent();
        try
        {
            var tokens = workspace.First;
            var cut = Tokenize(text, workspace, tokens, LimitBeyond(room));
            var kept = Math.Min(tokens.Count, room);
            return template.Assemble(Keep(tokens, kept), [], cut || kept < tokens.Count);
        }
        finally
        {
            workspace.Return();
        }
    }

    /// <summary>Ids of a pair of texts.</summary>
    /// <param name="first">The first text, for rerankers the query.</param>
    /// <param name="second">The second text, for rerankers the document.</param>
    /// <param name="maxTokens">Most ids, special ones included; null for no limit.</param>
    /// <param name="strategy">Which text is cut.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is smaller than the number of special tokens.</exception>
    /// <exception cref="ArgumentException">The text that <paramref name="strategy"/> allows to be cut is too short.</exception>
    public TextEncoding EncodePair(string first, string second, int? maxTokens = null, TruncationStrategy strategy = TruncationStrategy.LongestFirst)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var room = Room(maxTokens, _definition.Pair);
        var workspace = EncodingWorkspace.Rent();
        try
        {
            // Longest-first shares the room by which text is longer, so a text may be left only when it has more tokens than both room and other text.
            var longestFirst = strategy == TruncationStrategy.LongestFirst;
            var firstCut = Tokenize(first, workspace, workspace.First, longestFirst ? int.MaxValue : LimitBeyond(room));
            var secondCut = Tokenize(second, workspace, workspace.Second, LimitBeyond(longestFirst ? Math.Max(room, workspace.First.Count) : room));
            var (firstKept, secondKept) = PairTruncation.Lengths(workspace.First.Count, workspace.Second.Count, room, strategy);
            var truncated = firstCut || secondCut || firstKept < workspace.First.Count || secondKept < workspace.Second.Count;
            return _definition.Pair.Assemble(Keep(workspace.First, firstKept), Keep(workspace.Second, secondKept), truncated);
        }
        finally
        {
            workspace.Return();
        }
    }

    /// <summary>Number of tokens of a text.</summary>
    public int CountTokens(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return CountTokens(text.AsSpan(), addSpecialTokens);
    }

    /// <inheritdoc cref="CountTokens(string, bool)"/>
    public int CountTokens(ReadOnlySpan<char> text, bool addSpecialTokens)
    {
        var workspace = EncodingWorkspace.Rent();
        try
        {
            Tokenize(text, workspace, workspace.First, int.MaxValue);
            return workspace.First.Count + (addSpecialTokens ? _definition.Single.SpecialCount : 0);
        }
        finally
        {
            workspace.Return();
        }
    }

    /// <summary>The text of some ids; unknown ids are left out.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            var token = _definition.Added.DecodingTextOf(id) ?? _definition.Model.Vocabulary.TokenOf(id);
            if (token is not null && !(skipSpecialTokens && _definition.Added.IsSpecial(token)))
                tokens.Add(token);
        }

        if (_definition.Decoder is null)
            return string.Join(' ', tokens);
        if (tokens.Count > 0)
            _definition.Decoder.Apply(tokens);
        return string.Concat(tokens);
    }

    private ReadOnlySpan<int> Keep(TokenList tokens, int count) => TruncateLeft ? tokens.Ids[^count..] : tokens.Ids[..count];

    /// <summary>Tokenizing a long text may stop once it has more than <paramref name="room"/> tokens; truncation from the left needs them all.</summary>
    private int LimitBeyond(int room) => TruncateLeft || room == int.MaxValue ? int.MaxValue : room + 1;

    private static int Room(int? maxTokens, Template template)
    {
        if (maxTokens is not { } max)
            return int.MaxValue;
        return max >= template.SpecialCount && max >= 0
            ? max - template.SpecialCount
            : throw new ArgumentOutOfRangeException(nameof(maxTokens), max, $"The special tokens alone are {template.SpecialCount}; allow at least as many.");
    }
}
