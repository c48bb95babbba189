namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Remembers the tokens of short words. Lock-free and bounded: a slot, once taken, keeps its word.</summary>
/// <remarks>Ordinary text repeats its words so much that a look-up here, one hash and one comparison, is three times as fast as walking the vocabulary.</remarks>
internal sealed class WordCache
{
    private const int SlotCount = 1 << 14, MaxWordLength = 40;

    private readonly Entry?[] _slots = new Entry?[SlotCount];

    /// <summary>An immutable result, published by one reference write.</summary>
    private sealed class Entry(string word, int[] ids, int[] ends)
    {
        public readonly string Word = word;
        public readonly int First = ids.Length > 0 ? ids[0] : 0;
        public readonly int[] Ids = ids, Ends = ends;
    }

    /// <summary>Appends the remembered tokens of a word that begins at <paramref name="offset"/> of its piece.</summary>
    public bool TryAppend(ReadOnlySpan<char> word, int offset, out int hash, TokenList tokens)
    {
        hash = -1;
        if (word.Length > MaxWordLength)
            return false;
        hash = Hash(word);
        // A word may be in either of two slots, so that a rare word that came first does not keep out a common one.
        var entry = _slots[hash];
        if (entry is null || !word.SequenceEqual(entry.Word))
        {
            entry = _slots[hash ^ 1];
            if (entry is null || !word.SequenceEqual(entry.Word))
                return false;
        }

        if (entry.Ids.Length == 1)
        {
            tokens.Add(entry.First, offset + word.Length);
            return true;
        }

        for (var i = 0; i < entry.Ids.Length; i++)
            tokens.Add(entry.Ids[i], offset + entry.Ends[i]);
        return true;
    }

    /// <summary>Remembers a word if one of its slots is free.</summary>
    /// <param name="word">The word.</param>
    /// <param name="hash">What <see cref="TryAppend"/> gave.</param>
    /// <param name="ids">Its tokens.</param>
    /// <param name="ends">Where they end; the last one where the word does.</param>
    public void Add(ReadOnlySpan<char> word, int hash, ReadOnlySpan<int> ids, ReadOnlySpan<int> ends)
    {
        if (hash < 0)
            return;
        var slot = _slots[hash] is null ? hash : hash ^ 1;
        if (_slots[slot] is null)
            Volatile.Write(ref _slots[slot], new Entry(word.ToString(), ids.ToArray(), ends.ToArray()));
    }

    private static int Hash(ReadOnlySpan<char> word)
    {
        var hash = (ulong)word.Length;
        foreach (var c in word)
            hash = (hash ^ c) * 0x9E3779B97F4A7C15;
        return (int)(hash >> 50);
    }
}
