using System.Collections.Concurrent;

namespace LocalRag.Connectors.InMemory;

/// <summary>Postings per value, and a sorted list of all values that is built when the first range is asked for.</summary>
internal sealed class PropertyIndex<T>(Func<int, T> read) : PropertyIndex
{
    // The unsorted tail is scanned; it is sorted in once it is a tenth of the whole.
    private const int SmallestTail = 4096;

    private readonly ConcurrentDictionary<Wrapped, Postings> _rows = new(1, 31);
    private Sorted _sorted = new([], [], 0);

    public override void Add(int row) => _rows.GetOrAdd(new Wrapped(read(row)), static _ => new Postings()).Add(row, 1);

    public override ReadOnlyMemory<int>? Equal(object? value, int rowCount)
    {
        if (value is not null)
        {
            var (place, narrow) = WideningConversions.Narrow(value, PropertyTypes.Core(typeof(T)));
            if (place == ConstantPlace.Unknown)
                return null;
            if (place != ConstantPlace.Exact)
                return ReadOnlyMemory<int>.Empty;
            value = narrow;
        }
        else if (default(T) is not null)
        {
            return ReadOnlyMemory<int>.Empty;
        }

        if (!_rows.TryGetValue(new Wrapped((T)value!), out var postings))
            return ReadOnlyMemory<int>.Empty;
        var (rows, _, count) = postings.Read();
        while (count > 0 && rows[count - 1] >= rowCount)
            count--;
        return rows.AsMemory(0, count);
    }

    public override ReadOnlyMemory<int>? Range(object? low, bool includeLow, object? high, bool includeHigh, int rowCount, int limit)
    {
        if (low is not null)
        {
            var (place, narrow) = WideningConversions.Narrow(low, PropertyTypes.Core(typeof(T)));
            if (place == ConstantPlace.Unknown)
                return null;
            if (place is ConstantPlace.Above or ConstantPlace.Nowhere)
                return ReadOnlyMemory<int>.Empty;
            (low, includeLow) = (narrow, includeLow && place == ConstantPlace.Exact);
        }

        if (high is not null)
        {
            var (place, narrow) = WideningConversions.Narrow(high, PropertyTypes.Core(typeof(T)));
            if (place == ConstantPlace.Unknown)
                return null;
            if (place is ConstantPlace.Below or ConstantPlace.Nowhere)
                return ReadOnlyMemory<int>.Empty;
            (high, includeHigh) = (narrow, includeHigh || place == ConstantPlace.Between);
        }

        var sorted = GetSorted(rowCount);
        var start = low is T l ? Find(sorted.Values, l, after: !includeLow) : 0;
        var end = high is T h ? Find(sorted.Values, h, after: includeHigh) : sorted.Values.Length;
        if (end - start > limit)
            return null;
        var found = new List<int>(Math.Max(0, end - start));
        if (typeof(T) == typeof(string) && low is null)
            found.AddRange(Equal(null, rowCount)!.Value.Span);
        for (var i = start; i < end; i++)
        {
            if (sorted.Rows[i] < rowCount)
                found.Add(sorted.Rows[i]);
        }

        for (var row = sorted.RowCount; row < rowCount; row++)
        {
            var value = read(row);
            if (value is null || IsUnordered(value))
                continue;
            if ((low is not T bound || Compare(value, bound) >= (includeLow ? 0 : 1)) && (high is not T bound2 || Compare(value, bound2) <= (includeHigh ? 0 : -1)))
                found.Add(row);
        }

        return found.Count <= limit ? new ReadOnlyMemory<int>(found.ToArray()) : default(ReadOnlyMemory<int>?);
    }

    private static int Compare(T left, T right) => typeof(T) == typeof(string)
        ? string.CompareOrdinal((string?)(object?)left, (string?)(object?)right)
        : Comparer<T>.Default.Compare(left, right);

    // Comparisons with NaN are false, though it sorts below everything.
    private static bool IsUnordered(T value) => value is double.NaN or float.NaN;

    private static int Find(T[] values, T bound, bool after)
    {
        var (low, high) = (0, values.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var order = Compare(values[middle], bound);
            if (order < 0 || (after && order == 0))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private Sorted GetSorted(int rowCount)
    {
        var sorted = Volatile.Read(ref _sorted);
        if (rowCount - sorted.RowCount <= Math.Max(SmallestTail, sorted.RowCount / 10))
            return sorted;
        var values = new List<T>(rowCount);
        var rows = new List<int>(rowCount);
        for (var row = 0; row < rowCount; row++)
        {
            var value = read(row);
            if (value is null || IsUnordered(value))
                continue;
            values.Add(value);
            rows.Add(row);
        }

        var (keys, items) = (values.ToArray(), rows.ToArray());
        Array.Sort(keys, items, typeof(T) == typeof(string) ? (IComparer<T>)StringComparer.Ordinal : null);
        // Two readers may both sort; either result is right.
        Volatile.Write(ref _sorted, sorted = new Sorted(keys, items, rowCount));
        return sorted;
    }

    private sealed record Sorted(T[] Values, int[] Rows, int RowCount);

    /// <summary>Lets null be a dictionary key.</summary>
    private readonly record struct Wrapped(T Value);
}
