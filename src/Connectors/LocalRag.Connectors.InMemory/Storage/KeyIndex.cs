using System.Collections.Concurrent;

namespace LocalRag.Connectors.InMemory;

/// <summary>Finds the newest row of a key; older rows of it hang together through <see cref="Table.Previous"/>.</summary>
internal abstract class KeyIndex
{
    /// <summary>Key types that a collection may have.</summary>
    public const string Supported = "string, Guid, int, long, uint and ulong";

    public static bool IsSupported(Type type) =>
        type == typeof(string) || type == typeof(Guid) || type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(ulong);

    /// <param name="type">The type of the keys.</param>
    /// <param name="capacity">Keys that it will hold at once; it grows beyond.</param>
    public static KeyIndex Create(Type type, int capacity) =>
        type == typeof(string) ? new KeyIndex<string>(capacity)
        : type == typeof(Guid) ? new KeyIndex<Guid>(capacity)
        : type == typeof(int) ? new KeyIndex<int>(capacity)
        : type == typeof(long) ? new KeyIndex<long>(capacity)
        : type == typeof(uint) ? new KeyIndex<uint>(capacity)
        : type == typeof(ulong) ? new KeyIndex<ulong>(capacity)
        : throw new NotSupportedException($"Expected a key of one of the types {Supported}; found '{type}'. Use string for other identifiers.");

    /// <summary>The newest row of a key, or -1.</summary>
    public abstract int Find(object key);

    /// <summary>The newest row of the key that a row holds, or -1.</summary>
    public abstract int FindKeyOf(Column keys, int row);

    /// <summary>Makes <paramref name="row"/> the newest row of the key it holds.</summary>
    public abstract void Set(Column keys, int row);
}

/// <inheritdoc/>
internal sealed class KeyIndex<TKey>(int capacity) : KeyIndex
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, int> _rows = new(1, Math.Max(31, capacity));

    public int Find(TKey key) => _rows.TryGetValue(key, out var row) ? row : -1;

    public override int Find(object key) => key is TKey typed
        ? Find(typed)
        : throw new ArgumentException($"Expected a key of type '{typeof(TKey)}'; found '{key.GetType()}'.", nameof(key));

    public override int FindKeyOf(Column keys, int row) => Find(((Column<TKey>)keys)[row]);

    public override void Set(Column keys, int row) => _rows[((Column<TKey>)keys)[row]] = row;
}
