using System.Buffers;

namespace LocalRag.Connectors.InMemory;

/// <summary>Rows that may rank, with an upper bound of their keys, in pooled arrays of fixed size. Dispose returns them.</summary>
internal struct Candidates : IDisposable
{
    private const int SmallestCapacity = 1024;

    private float[] _upper;
    private int[] _rows;

    public Candidates(int top)
    {
        // Room for several times the result, so that a full list is mostly worth pruning.
        var capacity = Math.Max(SmallestCapacity, (int)Math.Min(4L * top, Array.MaxLength));
        _upper = ArrayPool<float>.Shared.Rent(capacity);
        _rows = ArrayPool<int>.Shared.Rent(capacity);
    }

    public int Count { get; private set; }

    public readonly bool IsFull => Count == Math.Min(_upper.Length, _rows.Length);

    public readonly ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    public void Add(float upper, int row)
    {
        _upper[Count] = upper;
        _rows[Count++] = row;
    }

    /// <summary>Drops the rows that a higher threshold rules out; those with a NaN bound stay.</summary>
    public void Prune(float threshold)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_upper[i] < threshold)
                continue;
            _upper[kept] = _upper[i];
            _rows[kept++] = _rows[i];
        }

        Count = kept;
    }

    public void Clear() => Count = 0;

    public void Dispose()
    {
        if (_rows is null)
            return;
        ArrayPool<float>.Shared.Return(_upper);
        ArrayPool<int>.Shared.Return(_rows);
        (_upper, _rows) = (null!, null!);
    }
}
