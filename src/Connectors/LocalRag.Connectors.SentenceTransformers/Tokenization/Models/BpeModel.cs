using System.Text;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Byte-pair encoding: chars, then merges by rank.</summary>
internal sealed class BpeModel : TokenModel
{
    private const char Mark = '\u2581';

    [ThreadStatic]
    private static MergeWord? Word;

    private readonly BpeOptions _options;
    private readonly MergeTable _merges;
    private readonly Dictionary<int, int> _plain = [];
    private readonly int[] _byteIds;
    private readonly WordCache _cache = new();

    /// <summary>Code points that some merge joins with a following mark; null if words cannot be told apart that way.</summary>
    private readonly HashSet<int>? _joinsMark;

    /// <summary>Builds the model.</summary>
    /// <param name="vocabulary">Tokens and ids.</param>
    /// <param name="merges">Pairs, the first one merging first.</param>
    /// <param name="options">Switches.</param>
    /// <exception cref="FormatException">A merge names a token that is not in the vocabulary; the message names it.</exception>
    public BpeModel(Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges, BpeOptions options)
        : base(vocabulary)
    {
        _options = options;
        _byteIds = vocabulary.ByteTokenIds();
        foreach (var (token, id) in vocabulary.Entries)
        {
            if (Rune.DecodeFromUtf16(token, out var rune, out var consumed) == System.Buffers.OperationStatus.Done && consumed == token.Length)
                _plain[rune.Value] = id;
        }

        _merges = new(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var (left, right) = merges[rank];
            if (right.Length < options.ContinuingPrefix.Length)
                throw new FormatException($"the merge \"{left} {right}\", whose second part lacks the prefix \"{options.ContinuingPrefix}\"");
            _merges.Add(IdOf(left), IdOf(right), rank, IdOf(left + right[options.ContinuingPrefix.Length..]));

            int IdOf(string token) => vocabulary.TryGetId(token, out var id)
                ? id
                : throw new FormatException($"the merge \"{left} {right}\", which needs the token \"{token}\" that the vocabulary lacks");
        }

        _joinsMark = FindJoinsBeforeMark(merges);
    }

    /// <summary>
    /// SentencePiece models get whole texts as one piece. No merge reaches over a place where none joins the two chars beside it, so the text can be cut
    /// there without changing a token, and its words come from the cache.
    /// </summary>
    private HashSet<int>? FindJoinsBeforeMark(IReadOnlyList<(string Left, string Right)> merges)
    {
        if (!_plain.ContainsKey(Mark) || _options.ContinuingPrefix.Length > 0 || _options.EndSuffix.Length > 0)
            return null;
        var joins = new HashSet<int> { Mark };
        var standIns = new HashSet<int>(_byteIds) { _options.Unknown ?? -1 };
        foreach (var (left, right) in merges)
        {
            // A merge of byte tokens or of the unknown token joins chars that its text does not show.
            if (IsStandIn(left) || IsStandIn(right))
                return null;
            if (right[0] == Mark)
                joins.Add(CodePoint.Before(left, left.Length, out _));
        }

        return joins;

        bool IsStandIn(string token) => token.Length == 0 || Vocabulary.TryGetId(token, out var id) && standIns.Contains(id);
    }

    public override void Tokenize(ReadOnlySpan<char> piece, TokenList tokens)
    {
        if (_options.IgnoreMerges && Vocabulary.TryGetId(piece, out var whole))
        {
            tokens.Add(whole, piece.Length);
            return;
        }

        var start = 0;
        while (NextWord(piece, start) is > 0 and var end)
        {
            TokenizeWord(piece[start..end], start, tokens);
            start = end;
        }

        TokenizeWord(piece[start..], start, tokens);
    }

    /// <summary>Where the next word of a piece begins, or -1.</summary>
    private int NextWord(ReadOnlySpan<char> piece, int start)
    {
        if (_joinsMark is null)
            return -1;
        for (var at = start + 1; at < piece.Length; at++)
        {
            var mark = piece[at..].IndexOf(Mark);
            if (mark < 0)
                return -1;
            at += mark;
            if (!_joinsMark.Contains(CodePoint.Before(piece, at, out _)))
                return at;
        }

        return -1;
    }

    private void TokenizeWord(ReadOnlySpan<char> text, int offset, TokenList tokens)
    {
        if (_cache.TryAppend(text, offset, out var hash, tokens))
            return;

        var word = Word ??= new();
        word.Clear();
        AddSymbols(text, word);
        word.MergeAll(_merges);
        for (var i = 0; i < word.Count; i++)
            tokens.Add(word.Ids[i], offset + word.Ends[i]);
        _cache.Add(text, hash, word.Ids, word.Ends);
    }

    private void AddSymbols(ReadOnlySpan<char> piece, MergeWord word)
    {
        int? pendingEnd = null;
        for (int i = 0, length; i < piece.Length; i += length)
        {
            var codePoint = CodePoint.At(piece, i, out length);
            var end = i + length;
            if (TryGetSymbol(codePoint, i == 0, end == piece.Length, out var id))
            {
                FlushUnknown(word, ref pendingEnd);
                word.Add(id, end);
                continue;
            }

            // A run of unknown chars that came before stays pending here and lands behind the bytes: so the original does it.
            if (_options.ByteFallback && TryAddBytes(SymbolText(codePoint, i == 0, end == piece.Length), end, word))
                continue;
            if (_options.Unknown is null)
                continue;
            if (_options.Unknown == BpeOptions.UnknownIsMissing)
                throw new InvalidOperationException("The text has a character that the vocabulary lacks, and so does the token that tokenizer.json names as 'model.unk_token'. Remove the character or repair the vocabulary.");
            if (!_options.FuseUnknown)
                FlushUnknown(word, ref pendingEnd);
            pendingEnd = end;
        }

        FlushUnknown(word, ref pendingEnd);
    }

    private void FlushUnknown(MergeWord word, ref int? pendingEnd)
    {
        if (pendingEnd is { } end)
            word.Add(_options.Unknown!.Value, end);
        pendingEnd = null;
    }

    private bool TryGetSymbol(int codePoint, bool isFirst, bool isLast, out int id)
    {
        if ((isFirst || _options.ContinuingPrefix.Length == 0) && (!isLast || _options.EndSuffix.Length == 0))
            return _plain.TryGetValue(codePoint, out id);
        return Vocabulary.TryGetId(SymbolText(codePoint, isFirst, isLast), out id);
    }

    private string SymbolText(int codePoint, bool isFirst, bool isLast) =>
        (isFirst ? "" : _options.ContinuingPrefix) + new Rune(codePoint) + (isLast ? _options.EndSuffix : "");

    private bool TryAddBytes(string symbol, int end, MergeWord word)
    {
        Span<byte> bytes = symbol.Length <= 64 ? stackalloc byte[symbol.Length * 3] : new byte[symbol.Length * 3];
        bytes = bytes[..Encoding.UTF8.GetBytes(symbol, bytes)];
        foreach (var b in bytes)
        {
            if (_byteIds[b] < 0)
                return false;
        }

        foreach (var b in bytes)
            word.Add(_byteIds[b], end);
        return true;
    }
}
