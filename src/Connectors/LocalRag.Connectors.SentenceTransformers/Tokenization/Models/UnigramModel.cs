using System.Buffers;
using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>SentencePiece's unigram model: the segmentation with the best sum of scores, found by Viterbi's algorithm in double precision.</summary>
internal sealed class UnigramModel : TokenModel
{
    private const double UnknownPenalty = 10;

    [ThreadStatic]
    private static TokenList? Word;

    private readonly double[] _scores;
    private readonly TokenTrie _trie;
    private readonly double _unknownScore;
    private readonly int? _unknown;
    private readonly bool _byteFallback;
    private readonly int[] _byteIds;
    private readonly WordCache _cache = new();

    /// <summary>The best way to reach a char: its score, the token it ends with and where that token begins.</summary>
    private struct Node
    {
        public double Score;
        public int Start;
        public int Id;
    }

    public UnigramModel(Vocabulary vocabulary, double[] scores, int? unknown, bool byteFallback)
        : base(vocabulary)
    {
        _scores = scores;
        _unknown = unknown;
        _byteFallback = byteFallback;
        _byteIds = vocabulary.ByteTokenIds();
        _unknownScore = (scores.Length == 0 ? 0 : scores.Min()) - UnknownPenalty;
        _trie = new(vocabulary.Count * 6);
        foreach (var (token, id) in vocabulary.Entries)
        {
            if (token.Length > 0)
                _trie.Add(token, id);
        }
    }

    public override void Tokenize(ReadOnlySpan<char> piece, TokenList tokens)
    {
        if (_cache.TryAppend(piece, 0, out var hash, tokens))
            return;

        const int StackNodes = 128;
        var rented = piece.Length < StackNodes ? null : ArrayPool<Node>.Shared.Rent(piece.Length + 1);
        var nodes = rented ?? (stackalloc Node[StackNodes]);
        nodes = nodes[..(piece.Length + 1)];
        FindBestPath(piece, nodes);

        var ends = ArrayPool<int>.Shared.Rent(piece.Length);
        var count = ReadPath(nodes, ends);
        var word = Word ??= new();
        word.Reset(tracks: true);
        EmitTokens(piece, ends.AsSpan(0, count), nodes, word);
        for (var i = 0; i < word.Count; i++)
            tokens.Add(word.Ids[i], word.Ends[i]);
        _cache.Add(piece, hash, word.Ids, word.Ends);

        ArrayPool<int>.Shared.Return(ends);
        if (rented is not null)
            ArrayPool<Node>.Shared.Return(rented);
        word.Trim(1 << 20);
    }

    private void FindBestPath(ReadOnlySpan<char> piece, Span<Node> nodes)
    {
        const int Unreached = -1;
        foreach (ref var node in nodes)
            node.Start = Unreached;
        nodes[0].Score = 0;

        for (int start = 0, length; start < piece.Length; start += length)
        {
            CodePoint.At(piece, start, out length);
            var score = nodes[start].Score;
            var hasSingle = false;
            var node = TokenTrie.Root;
            for (var i = start; i < piece.Length; i++)
            {
                node = _trie.Step(node, piece[i], out var isToken);
                if (node == TokenTrie.None)
                    break;
                if (!isToken)
                    continue;
                var id = _trie.ValueOf(node);
                Reach(ref nodes[i + 1], score + _scores[id], start, id);
                hasSingle |= i + 1 - start == length;
            }

            if (!hasSingle)
                Reach(ref nodes[start + length], score + _unknownScore, start, _unknown ?? throw MissingUnknown());
        }

        static void Reach(ref Node node, double score, int start, int id)
        {
            if (node.Start != Unreached && score <= node.Score)
                return;
            node.Score = score;
            node.Start = start;
            node.Id = id;
        }
    }

    /// <summary>Writes the ends of the tokens, last one first, a run of unknown chars fused into one.</summary>
    private int ReadPath(ReadOnlySpan<Node> nodes, Span<int> ends)
    {
        var count = 0;
        for (var end = nodes.Length - 1; end > 0;)
        {
            ends[count++] = end;
            var isUnknown = nodes[end].Id == _unknown;
            end = nodes[end].Start;
            while (isUnknown && end > 0 && nodes[end].Id == _unknown)
                end = nodes[end].Start;
        }

        return count;
    }

    private void EmitTokens(ReadOnlySpan<char> piece, ReadOnlySpan<int> ends, ReadOnlySpan<Node> nodes, TokenList tokens)
    {
        var start = 0;
        for (var i = ends.Length - 1; i >= 0; start = ends[i--])
        {
            var end = ends[i];
            if (nodes[end].Id != _unknown)
            {
                tokens.Add(nodes[end].Id, end);
                continue;
            }

            // Fused unknown chars are looked up once more as a whole: they may spell a token whose score lost.
            var text = piece[start..end];
            if (Vocabulary.TryGetId(text, out var id))
                tokens.Add(id, end);
            else if (!_byteFallback || !TryAddBytes(text, end, tokens))
                tokens.Add(_unknown.Value, end);
        }
    }

    private bool TryAddBytes(ReadOnlySpan<char> text, int end, TokenList tokens)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        foreach (var b in bytes)
        {
            if (_byteIds[b] < 0)
                return false;
        }

        foreach (var b in bytes)
            tokens.Add(_byteIds[b], end);
        return true;
    }

    private static InvalidOperationException MissingUnknown() =>
        new("The text has a character that the Unigram vocabulary lacks, and tokenizer.json names no 'model.unk_id' for it. Remove the character or add an unknown token.");
}
