namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Remembers the tokens of short words. Lock-free and bounded: a slot, once taken, keeps its word.</summary>
internal sealed class WordCache
{
    private const int SlotCount = 1 << 14, MaxWordLength = 40;

    private readonly Entry?[] _slots = new Entry?[SlotCount];

    /// <summary>An immutable result, published by one reference write.</summary>
    private sealed record Entry(string Word, int[] Ids, int[] Ends);

    /// <summary>Appends the remembered tokens of a word that begins at <paramref name="offset"/> of its piece.</summary>
    public bool TryAppend(ReadOnlySpan<char> word, int offset, out int hash, TokenList tokens)
    {
        hash = -1;
        if (word.Length > MaxWordLength)
            return false;
        hash = Hash(word);
        var entry = Volatile.Read(ref _slots[hash]);
        if (entry is null || !word.SequenceEqual(entry.Word))
            return false;
        for (var i = 0; i < entry.Ids.Length; i++)
            tokens.Add(entry.Ids[i], offset + entry.Ends[i]);
        return true;
    }

    /// <summary>Remembers a word if its slot is free.</summary>
    /// <param name="word">The word.</param>
    /// <param name="hash">What <see cref="TryAppend"/> gave.</param>
    /// <param name="ids">Its tokens.</param>
    /// <param name="ends">Where they end.</param>
    public void Add(ReadOnlySpan<char> word, int hash, ReadOnlySpan<int> ids, ReadOnlySpan<int> ends)
    {
        if (hash >= 0 && Volatile.Read(ref _slots[hash]) is null)
            Volatile.Write(ref _slots[hash], new Entry(word.ToString(), ids.ToArray(), ends.ToArray()));
    }

    private static int Hash(ReadOnlySpan<char> word)
    {
        var hash = (ulong)word.Length;
        foreach (var c in word)
            hash = (hash ^ c) * 0x9E3779B97F4A7C15;
        return (int)(hash >> 50);
    }
}
