using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Ids as the model emits them, with, if asked for, the end of each token in its piece and later its range in the source text.</summary>
internal sealed class TokenList
{
    private int[] _ids = [];
    private int[] _starts = [], _ends = [];

    public int Count { get; private set; }

    public bool Tracks { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    public void Reset(bool tracks)
    {
        Count = 0;
        Tracks = tracks;
        if (tracks && _ends.Length < _ids.Length)
            GrowRanges(0);
    }

    /// <summary>Adds a token whose text ends at char <paramref name="end"/> of its piece.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int id, int end)
    {
        if (Count == _ids.Length)
            Grow();
        _ids[Count] = id;
        if (Tracks)
            _ends[Count] = end;
        Count++;
    }

    /// <summary>Takes back the tokens after the first <paramref name="count"/>.</summary>
    public void Truncate(int count) => Count = count;

    public int EndOf(int index) => _ends[index];

    public void SetRange(int index, int start, int end)
    {
        _starts[index] = start;
        _ends[index] = end;
    }

    /// <summary>Gives back arrays that one long text made large.</summary>
    public void Trim(int maxCount)
    {
        Count = 0;
        if (_ids.Length <= maxCount)
            return;
        PooledArray.Release(ref _ids);
        PooledArray.Release(ref _starts);
        PooledArray.Release(ref _ends);
    }

    private void Grow()
    {
        PooledArray.Grow(ref _ids, Count, Count + 1);
        if (Tracks)
            GrowRanges(Count);
    }

    private void GrowRanges(int count)
    {
        PooledArray.Grow(ref _starts, count, _ids.Length);
        PooledArray.Grow(ref _ends, count, _ids.Length);
    }
}
