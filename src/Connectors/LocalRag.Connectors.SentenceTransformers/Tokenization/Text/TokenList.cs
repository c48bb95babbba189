using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Ids as the model emits them, with, if asked for, the end of each token in its piece and later its range in the source text.</summary>
internal sealed class TokenList
{
    private int[] _ids = new int[256];
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
            GrowRanges();
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
        if (_ids.Length > maxCount)
        {
            _ids = new int[256];
            _starts = _ends = [];
        }

        Count = 0;
    }

    private void Grow()
    {
        Array.Resize(ref _ids, _ids.Length * 2);
        if (Tracks)
            GrowRanges();
    }

    private void GrowRanges()
    {
        Array.Resize(ref _starts, _ids.Length);
        Array.Resize(ref _ends, _ids.Length);
    }
}
