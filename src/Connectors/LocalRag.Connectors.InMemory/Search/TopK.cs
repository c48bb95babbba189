using System.Buffers;
using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>The best k of any number of rows: higher keys first, equal keys by row, NaN never.</summary>
/// <remarks>A binary heap with the worst kept row on top, in pooled arrays. Dispose returns them.</remarks>
internal struct TopK : IDisposable
{
    private readonly int _capacity;
    private float[] _keys;
    private int[] _rows;

    public TopK(int capacity)
    {
        _capacity = capacity;
        _keys = ArrayPool<float>.Shared.Rent(Math.Max(16, Math.Min(capacity, 1024)));
        _rows = ArrayPool<int>.Shared.Rent(_keys.Length);
    }

    public int Count { get; private set; }

    /// <summary>A row whose key is below can be skipped; an equal key may still rank by its row.</summary>
    public readonly float Threshold => Count == _capacity && _capacity > 0 ? _keys[0] : float.NegativeInfinity;

    public readonly bool IsFull => Count == _capacity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float key, int row)
    {
        if (float.IsNaN(key))
            return;
        if (Count < _capacity)
            Push(key, row);
        else if (_capacity > 0 && IsWorse(_keys[0], _rows[0], key, row))
            ReplaceWorst(key, row);
    }

    /// <summary>The kept rows, best first. The heap is empty afterwards.</summary>
    public Hit[] Drain()
    {
        var hits = new Hit[Count];
        for (var i = hits.Length - 1; i >= 0; i--)
        {
            hits[i] = new Hit(_keys[0], _rows[0]);
            Count--;
            if (Count > 0)
            {
                (_keys[0], _rows[0]) = (_keys[Count], _rows[Count]);
                SiftDown();
            }
        }

        return hits;
    }

    /// <summary>Adds everything that another heap kept.</summary>
    public void Merge(in TopK other)
    {
        for (var i = 0; i < other.Count; i++)
            Add(other._keys[i], other._rows[i]);
    }

    public void Dispose()
    {
        if (_keys is null)
            return;
        ArrayPool<float>.Shared.Return(_keys);
        ArrayPool<int>.Shared.Return(_rows);
        _keys = null!;
        _rows = null!;
    }

    private static bool IsWorse(float key, int row, float otherKey, int otherRow) =>
        key < otherKey || (key == otherKey && row > otherRow);

    private void Push(float key, int row)
    {
        if (Count == _keys.Length || Count == _rows.Length)
            Grow();
        var i = Count++;
        while (i > 0)
        {
            var parent = (i - 1) / 2;
            if (!IsWorse(key, row, _keys[parent], _rows[parent]))
                break;
            (_keys[i], _rows[i]) = (_keys[parent], _rows[parent]);
            i = parent;
        }

        (_keys[i], _rows[i]) = (key, row);
    }

    private void ReplaceWorst(float key, int row)
    {
        (_keys[0], _rows[0]) = (key, row);
        SiftDown();
    }

    private readonly void SiftDown()
    {
        var (key, row) = (_keys[0], _rows[0]);
        var i = 0;
        while (true)
        {
            var child = 2 * i + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && IsWorse(_keys[child + 1], _rows[child + 1], _keys[child], _rows[child]))
                child++;
            if (!IsWorse(_keys[child], _rows[child], key, row))
                break;
            (_keys[i], _rows[i]) = (_keys[child], _rows[child]);
            i = child;
        }

        (_keys[i], _rows[i]) = (key, row);
    }

    private void Grow()
    {
        var keys = ArrayPool<float>.Shared.Rent(Count * 2);
        var rows = ArrayPool<int>.Shared.Rent(Count * 2);
        _keys.AsSpan(0, Count).CopyTo(keys);
        _rows.AsSpan(0, Count).CopyTo(rows);
        ArrayPool<float>.Shared.Return(_keys);
        ArrayPool<int>.Shared.Return(_rows);
        (_keys, _rows) = (keys, rows);
    }
}
