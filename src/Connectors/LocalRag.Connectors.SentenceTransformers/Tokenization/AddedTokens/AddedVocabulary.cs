namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The added tokens of a tokenizer, those found in the raw text and those found in the normalised one.</summary>
internal sealed class AddedVocabulary
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> _byId = [];
    private readonly Dictionary<int, string> _normalizedTexts = [];
    private readonly HashSet<string> _special = new(StringComparer.Ordinal);

    /// <summary>Takes the tokens in file order.</summary>
    /// <param name="tokens">Tokens; their ids are settled already.</param>
    /// <param name="normalizer">The tokenizer's normaliser, if any.</param>
    public AddedVocabulary(IEnumerable<AddedToken> tokens, Normalizer? normalizer)
    {
        foreach (var token in tokens)
        {
            _ids[token.Content] = token.Id;
            _byId[token.Id] = token;
            if (token.Special)
                _special.Add(token.Content);
            if (token.Normalized && normalizer is not null)
                _normalizedTexts[token.Id] = Normalize(token.Content, normalizer);
        }

        Raw = Matcher(normalized: false);
        Normalized = Matcher(normalized: true);
    }

    /// <summary>Finds tokens in the raw text; null if there are none.</summary>
    public AddedTokenMatcher? Raw { get; }

    /// <summary>Finds tokens in the normalised text; null if there are none.</summary>
    public AddedTokenMatcher? Normalized { get; }

    public IEnumerable<int> Ids => _byId.Keys;

    public bool TryGetId(string token, out int id) => _ids.TryGetValue(token, out id);

    /// <summary>The text of an added token as it was declared, or null.</summary>
    public string? ContentOf(int id) => _byId.GetValueOrDefault(id)?.Content;

    /// <summary>The text of an added token as decoders expect it, that is normalised, or null.</summary>
    public string? DecodingTextOf(int id) => _normalizedTexts.GetValueOrDefault(id) ?? ContentOf(id);

    public bool IsSpecial(string token) => _special.Contains(token);

    private AddedTokenMatcher? Matcher(bool normalized)
    {
        var tokens = _byId.Values.Where(t => t.Normalized == normalized)
            .Select(t => (_normalizedTexts.GetValueOrDefault(t.Id) ?? t.Content, t)).ToArray();
        return tokens.Length == 0 ? null : new(tokens);
    }

    private static string Normalize(string text, Normalizer normalizer)
    {
        var (source, target) = (new TextBuffer(), new TextBuffer());
        source.AppendSource(SourceText.Sanitize(text), 0);
        return (normalizer.Apply(source, target) ? target : source).Chars.ToString();
    }
}
