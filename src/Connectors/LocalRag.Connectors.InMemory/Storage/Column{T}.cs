using System.Linq.Expressions;
using System.Runtime.CompilerServices;

namespace LocalRag.Connectors.InMemory;

/// <inheritdoc/>
internal sealed class Column<T> : Column
{
    private T[][] _segments = [];

    public override Type ValueType => typeof(T);

    public T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _segments[row >> SegmentShift][row & (SegmentRows - 1)];
        set => _segments[row >> SegmentShift][row & (SegmentRows - 1)] = value;
    }

    public T Get(int row) => this[row];

    public override object? GetBoxed(int row) => this[row];

    public override void SetBoxed(int row, object? value) => this[row] = (T)value!;

    public override void SetDefault(int row) => this[row] = default!;

    public override void EnsureCapacity(int rows)
    {
        var needed = (rows + SegmentRows - 1) >> SegmentShift;
        var segments = _segments;
        var last = rows - ((needed - 1) << SegmentShift);
        if (segments.Length == needed && needed > 0 && segments[^1].Length >= last)
            return;
        var grown = segments.Length >= needed ? (T[][])segments.Clone() : [.. segments, .. new T[needed - segments.Length][]];
        for (var i = 0; i < needed; i++)
        {
            // Only the first segment starts small, so that a tiny collection stays tiny.
            var length = i > 0 || needed > 1 ? SegmentRows : Math.Min(SegmentRows, Math.Max(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)last)));
            if (grown[i] is null)
            {
                grown[i] = new T[length];
            }
            else if (grown[i].Length < length)
            {
                var larger = new T[length];
                grown[i].CopyTo(larger, 0);
                grown[i] = larger;
            }
        }

        Volatile.Write(ref _segments, grown);
    }

    public override Column CreateEmpty() => new Column<T>();

    public override void CopyRow(Column source, int sourceRow, int row) => this[row] = ((Column<T>)source)[sourceRow];

    public override Expression Read(Expression column, Expression row) =>
        Expression.Call(Expression.Convert(column, typeof(Column<T>)), ((Func<int, T>)Get).Method, row);

    public override int Compare(int left, int right) => typeof(T) == typeof(string)
        ? string.CompareOrdinal((string?)(object?)this[left], (string?)(object?)this[right])
        : Comparer<T>.Default.Compare(this[left], this[right]);
}
