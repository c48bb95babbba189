namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>A word being merged: symbols in a doubly linked list, and a heap of the merges that are possible.</summary>
/// <remarks>One per thread. Merging costs n log n for a word of n symbols; words of a few symbols are merged by scanning, which is faster there.</remarks>
internal sealed class MergeWord
{
    private const int ScanLimit = 24, KeepLimit = 1 << 20;

    private int[] _ids = [], _previous = [], _next = [], _ends = [];

    /// <summary>Results of possible merges, ordered by rank, then position: the halves of the key.</summary>
    private readonly PriorityQueue<int, long> _heap = new();

    public int Count { get; private set; }

    /// <summary>Ids of the symbols, once <see cref="MergeAll"/> is done.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Where in the word each symbol ends.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    public void Clear()
    {
        Count = 0;
        if (_ids.Length <= KeepLimit)
            return;
        PooledArray.Release(ref _ids);
        PooledArray.Release(ref _previous);
        PooledArray.Release(ref _next);
        PooledArray.Release(ref _ends);
        _heap.TrimExcess();
    }

    public void Add(int id, int end)
    {
        if (Count == _ids.Length)
        {
            PooledArray.Grow(ref _ids, Count, Count + 1);
            PooledArray.Grow(ref _ends, Count, Count + 1);
        }

        _ids[Count] = id;
        _ends[Count++] = end;
    }

    /// <summary>Applies the merges: always the lowest rank that is possible, of equal ones the leftmost.</summary>
    public void MergeAll(MergeTable merges)
    {
        if (Count <= ScanLimit)
            MergeByScan(merges);
        else
            MergeByHeap(merges);
    }

    private void MergeByScan(MergeTable merges)
    {
        // Rank of the merge of each symbol with its right neighbour; only the two beside a merge change.
        Span<int> ranks = stackalloc int[ScanLimit];
        Span<int> results = stackalloc int[ScanLimit];
        for (var i = 0; i + 1 < Count; i++)
            ranks[i] = merges.TryGet(_ids[i], _ids[i + 1], out var rank, out results[i]) ? rank : int.MaxValue;

        while (Count > 1)
        {
            var (best, bestRank) = (-1, int.MaxValue);
            for (var i = 0; i + 1 < Count; i++)
            {
                if (ranks[i] < bestRank)
                    (best, bestRank) = (i, ranks[i]);
            }

            if (best < 0)
                return;
            _ids[best] = results[best];
            _ends[best] = _ends[best + 1];
            for (var i = best + 1; i + 1 < Count; i++)
            {
                (_ids[i], _ends[i]) = (_ids[i + 1], _ends[i + 1]);
                (ranks[i], results[i]) = (ranks[i + 1], results[i + 1]);
            }

            Count--;
            if (best + 1 < Count)
                ranks[best] = merges.TryGet(_ids[best], _ids[best + 1], out var rank, out results[best]) ? rank : int.MaxValue;
            if (best > 0)
                ranks[best - 1] = merges.TryGet(_ids[best - 1], _ids[best], out var rank, out results[best - 1]) ? rank : int.MaxValue;
        }
    }

    private void MergeByHeap(MergeTable merges)
    {
        const int Gone = -1;
        if (_previous.Length < Count)
        {
            PooledArray.Grow(ref _previous, 0, Count);
            PooledArray.Grow(ref _next, 0, Count);
        }

        for (var i = 0; i < Count; i++)
        {
            _previous[i] = i - 1;
            _next[i] = i + 1;
        }

        for (var i = 0; i + 1 < Count; i++)
            Offer(i, merges);

        while (_heap.TryDequeue(out var expected, out var key))
        {
            var left = (int)key;
            var right = _next[left];
            // A merge whose symbols have merged otherwise meanwhile is void.
            if (_ids[left] == Gone || right >= Count || !merges.TryGet(_ids[left], _ids[right], out _, out var result) || result != expected)
                continue;

            _ids[left] = result;
            _ends[left] = _ends[right];
            _ids[right] = Gone;
            _next[left] = _next[right];
            if (_next[left] < Count)
                _previous[_next[left]] = left;
            if (_previous[left] >= 0)
                Offer(_previous[left], merges);
            Offer(left, merges);
        }

        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_ids[i] == Gone)
                continue;
            (_ids[kept], _ends[kept]) = (_ids[i], _ends[i]);
            kept++;
        }

        Count = kept;
    }

    private void Offer(int left, MergeTable merges)
    {
        var right = _next[left];
        if (right < Count && merges.TryGet(_ids[left], _ids[right], out var rank, out var result))
            _heap.Enqueue(result, (long)rank << 32 | (uint)left);
    }
}
