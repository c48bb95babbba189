namespace LocalRag.Connectors.InMemory;

/// <summary>The parts of a filter that do not depend on the record, for one search: captured values, and what is computed from them.</summary>
/// <remarks>
/// A computed part is evaluated when it is first reached, so that <c>x != null &amp;&amp; r.Name == x.Name</c> does not fail where LINQ
/// would not, and has one value for the whole search. Threads may read at the same time.
/// </remarks>
internal sealed class FilterConstants
{
    private static readonly object Pending = new();

    private readonly Func<FilterConstants, object?>?[] _computations;

    /// <param name="captured">The captured value of every slot; slots with a computation have none.</param>
    /// <param name="computations">What computes a slot; null for captured ones.</param>
    public FilterConstants(IReadOnlyList<object?> captured, Func<FilterConstants, object?>?[] computations)
    {
        _computations = computations;
        Values = [.. captured.Select((value, slot) => computations[slot] is null ? value : Pending)];
    }

    /// <summary>For compiled code that reads a captured slot; computed ones are read by <see cref="Get"/>.</summary>
    public object?[] Values { get; }

    public object? Get(int slot)
    {
        ref var value = ref Values[slot];
        if (Volatile.Read(ref value) is var found && found != Pending)
            return found;
        // Two threads may both compute, but all go on with the value of the first.
        found = Interlocked.CompareExchange(ref value, _computations[slot]!(this), Pending);
        return found == Pending ? Volatile.Read(ref value) : found;
    }
}
