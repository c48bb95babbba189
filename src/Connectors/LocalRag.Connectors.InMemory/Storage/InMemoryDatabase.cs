using System.Collections.Concurrent;

namespace LocalRag.Connectors.InMemory;

/// <summary>The collections behind one or more <see cref="InMemoryVectorStore"/> objects.</summary>
/// <remarks>
/// Every store has a database of its own unless its options name a shared one; the name of a store plays no part.
/// Safe for concurrent use. Memory is freed when neither stores nor collections refer to it any more.
/// </remarks>
public sealed class InMemoryDatabase
{
    private readonly Lock _gate = new();

    internal ConcurrentDictionary<string, CollectionData> Collections { get; } = new(StringComparer.Ordinal);

    internal IChangeLog? Log { get; set; }

    /// <summary>Creates the collection if it is missing, else checks that it can hold the given schema.</summary>
    internal CollectionData Ensure(string name, CollectionSchema schema, KeywordAnalyzer analyzer)
    {
        // One at a time, so that the journal hears of a collection before anything is written to it.
        lock (_gate)
        {
            if (Collections.TryGetValue(name, out var data))
            {
                SchemaCompatibility.Open(data, schema);
                return data;
            }

            data = new CollectionData(name, schema, analyzer) { Log = Log };
            Log?.Create(data);
            Collections[name] = data;
            return data;
        }
    }

    /// <summary>Puts loaded collections in the place of those of the same names.</summary>
    internal void Replace(IEnumerable<CollectionData> loaded)
    {
        foreach (var data in loaded)
        {
            data.Log = Log;
            Log?.Create(data);
            Collections[data.Name] = data;
        }
    }

    /// <summary>Stops recording changes.</summary>
    internal void Detach()
    {
        Log = null;
        foreach (var collection in Collections.Values)
            collection.Log = null;
    }

    internal void Remove(string name)
    {
        if (Collections.TryRemove(name, out var data))
            data.Drop();
    }
}
