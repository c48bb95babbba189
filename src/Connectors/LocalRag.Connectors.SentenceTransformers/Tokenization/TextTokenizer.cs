using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>The tokenizer of a model directory: text to ids as Hugging Face's <c>tokenizers</c> library makes them. Thread-safe and immutable.</summary>
internal sealed class TextTokenizer
{
    private readonly Dictionary<string, int> _vocabulary = new(StringComparer.Ordinal);
    private readonly string?[] _tokens;
    private readonly int _unknown, _first, _separator, _singleSpecials = 2, _pairSpecials = 3;
    private readonly bool _lowercase;

    private TextTokenizer(string directory)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "tokenizer.json")));
        var model = json.RootElement.GetProperty("model");
        if (!model.TryGetProperty("type", out var type) || type.GetString() != "WordPiece")
            throw new InvalidDataException($"'{Path.Combine(directory, "tokenizer.json")}': key 'model.type' must be \"WordPiece\".");

        foreach (var token in model.GetProperty("vocab").EnumerateObject())
            _vocabulary[token.Name] = token.Value.GetInt32();

        _tokens = new string?[_vocabulary.Values.Max() + 1];
        foreach (var (token, id) in _vocabulary)
            _tokens[id] = token;

        _unknown = _vocabulary["[UNK]"];
        _first = _vocabulary["[CLS]"];
        _separator = _vocabulary["[SEP]"];
        _lowercase = json.RootElement.GetProperty("normalizer").GetProperty("lowercase").GetBoolean();
        PadTokenId = _vocabulary.GetValueOrDefault("[PAD]");
        var config = Path.Combine(directory, "tokenizer_config.json");
        if (File.Exists(config))
        {
            using var settings = JsonDocument.Parse(File.ReadAllBytes(config));
            if (settings.RootElement.TryGetProperty("model_max_length", out var length) && length.TryGetInt32(out var value))
                ModelMaxLength = value;
        }
    }

    public int PadTokenId { get; }
    public int PadTokenTypeId { get; }
    public bool PadLeft { get; }
    public bool TruncateLeft { get; }
    public int? ModelMaxLength { get; }
    public int VocabularySize => _tokens.Length;

    public static TextTokenizer Load(string directory) => new(directory);

    public int? TokenToId(string token) => _vocabulary.TryGetValue(token, out var id) ? id : null;

    public string? IdToToken(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    public int SpecialTokenCount(bool pair) => pair ? _pairSpecials : _singleSpecials;

    public TextEncoding Encode(string text, int? maxTokens = null, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        var body = Tokenize(text);
        var room = (maxTokens ?? int.MaxValue) - (addSpecialTokens ? 2 : 0);
        var truncated = body.Count > room;
        if (truncated)
            body.RemoveRange(room, body.Count - room);
        int[] ids = addSpecialTokens ? [_first, .. body, _separator] : [.. body];
        return new(ids, null, truncated);
    }

    public TextEncoding EncodePair(string first, string second, int? maxTokens = null, TruncationStrategy strategy = TruncationStrategy.LongestFirst)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var a = Tokenize(first);
        var b = Tokenize(second);
        var room = (maxTokens ?? int.MaxValue) - 3;
        var truncated = a.Count + b.Count > room;
        if (truncated)
        {
            var (small, large) = a.Count > b.Count ? (b.Count, a.Count) : (a.Count, b.Count);
            large = small > room ? small : Math.Max(small, room - small);
            if (small + large > room)
                (small, large) = (room / 2, room / 2 + room % 2);
            var (keepA, keepB) = a.Count > b.Count ? (large, small) : (small, large);
            a.RemoveRange(keepA, a.Count - keepA);
            b.RemoveRange(keepB, b.Count - keepB);
        }

        int[] ids = [_first, .. a, _separator, .. b, _separator];
        var types = new int[ids.Length];
        types.AsSpan(a.Count + 2).Fill(1);
        return new(ids, types, truncated);
    }

    public int CountTokens(string text, bool addSpecialTokens = true) => Encode(text, null, addSpecialTokens).Ids.Length;

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var text = new StringBuilder();
        foreach (var id in ids)
        {
            var token = IdToToken(id);
            if (token is null || skipSpecialTokens && token.StartsWith('[') && token.EndsWith(']'))
                continue;
            text.Append(token.StartsWith("##", StringComparison.Ordinal) ? token[2..] : text.Length > 0 ? " " + token : token);
        }

        return text.ToString();
    }

    private List<int> Tokenize(string text)
    {
        var ids = new List<int>();
        var word = new StringBuilder();
        var normal = _lowercase ? text.Normalize(NormalizationForm.FormD) : text;
        foreach (var rune in normal.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                Flush(word, ids);
                continue;
            }

            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format || _lowercase && category is UnicodeCategory.NonSpacingMark)
                continue;
            var single = Rune.IsPunctuation(rune) || rune.IsAscii && Rune.IsSymbol(rune);
            if (single)
                Flush(word, ids);
            word.Append((_lowercase ? Rune.ToLowerInvariant(rune) : rune).ToString());
            if (single)
                Flush(word, ids);
        }

        Flush(word, ids);
        return ids;
    }

    private void Flush(StringBuilder buffer, List<int> ids)
    {
        var word = buffer.ToString();
        buffer.Clear();
        var mark = ids.Count;
        for (var start = 0; start < word.Length;)
        {
            var end = word.Length;
            for (; end > start; end--)
            {
                if (_vocabulary.TryGetValue((start > 0 ? "##" : "") + word[start..end], out var id))
                {
                    ids.Add(id);
                    break;
                }
            }

            if (end == start)
            {
                ids.RemoveRange(mark, ids.Count - mark);
                ids.Add(_unknown);
                return;
            }

            start = end;
        }
    }
}
