namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Tokens and their ids, both ways. Where two tokens share an id, the last one gives it its text.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Dictionary<int, string> _tokens;

    public Vocabulary(IEnumerable<KeyValuePair<string, int>> entries, int capacity)
    {
        _ids = new(capacity, StringComparer.Ordinal);
        _tokens = new(capacity);
        foreach (var (token, id) in entries)
            _ids[token] = id;
        foreach (var (token, id) in _ids)
            _tokens[id] = token;
        _bySpan = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Number of tokens, which is the id that the first added token gets.</summary>
    public int Count => _ids.Count;

    public IEnumerable<KeyValuePair<string, int>> Entries => _ids;

    public bool TryGetId(ReadOnlySpan<char> token, out int id) => _bySpan.TryGetValue(token, out id);

    public string? TokenOf(int id) => _tokens.GetValueOrDefault(id);

    /// <summary>The ids of the 256 tokens that stand for single bytes, <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>; -1 for those that are missing.</summary>
    public int[] ByteTokenIds()
    {
        var ids = new int[256];
        for (var b = 0; b < ids.Length; b++)
            ids[b] = TryGetId($"<0x{b:X2}>", out var id) ? id : -1;
        return ids;
    }
}
