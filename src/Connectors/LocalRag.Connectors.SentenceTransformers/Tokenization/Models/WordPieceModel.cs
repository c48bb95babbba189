namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Greedy longest match from the left; a word that cannot be covered, or is too long, becomes one unknown token.</summary>
internal sealed class WordPieceModel : TokenModel
{
    [ThreadStatic]
    private static TokenList? Word;

    private readonly TokenTrie _trie;
    private readonly int _continuation;
    private readonly int _unknown, _maxCodePoints;
    private readonly WordCache _cache = new();

    public WordPieceModel(Vocabulary vocabulary, int unknown, string continuingPrefix, int maxCodePoints)
        : base(vocabulary)
    {
        _unknown = unknown;
        _maxCodePoints = maxCodePoints;
        _trie = new(vocabulary.Count * 8);
        _continuation = continuingPrefix.Length == 0 ? TokenTrie.Root : _trie.AddNode();
        foreach (var (token, id) in vocabulary.Entries)
        {
            if (token.Length > 0)
                _trie.Add(token, id);
            if (continuingPrefix.Length > 0 && token.Length > continuingPrefix.Length && token.StartsWith(continuingPrefix, StringComparison.Ordinal))
                _trie.Add(token.AsSpan(continuingPrefix.Length), id, _continuation);
        }
    }

    public override void Tokenize(ReadOnlySpan<char> piece, TokenList tokens)
    {
        if (_cache.TryAppend(piece, 0, out var hash, tokens))
            return;

        var word = Word ??= new();
        word.Reset(tracks: true);
        Match(piece, word);
        for (var i = 0; i < word.Count; i++)
            tokens.Add(word.Ids[i], word.Ends[i]);
        _cache.Add(piece, hash, word.Ids, word.Ends);
    }

    private void Match(ReadOnlySpan<char> piece, TokenList word)
    {
        if (piece.Length <= _maxCodePoints || CodePoint.Count(piece) <= _maxCodePoints)
        {
            var root = TokenTrie.Root;
            var at = 0;
            while (at < piece.Length)
            {
                var (id, length) = _trie.LongestPrefix(piece[at..], root);
                if (length == 0)
                    break;
                at += length;
                word.Add(id, at);
                root = _continuation;
            }

            if (at == piece.Length)
                return;
        }

        word.Truncate(0);
        word.Add(_unknown, piece.Length);
    }
}
