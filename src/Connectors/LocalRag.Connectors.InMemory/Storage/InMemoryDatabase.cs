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
        lock (_gate)
        {
            foreach (var data in loaded)
            {
                if (Collections.TryGetValue(data.Name, out var old))
                    old.Replace(TakeName);
                else
                    TakeName();

                void TakeName()
                {
                    Log?.Create(data);
                    data.Log = Log;
                    Collections[data.Name] = data;
                }
            }
        }
    }

    /// <summary>Adds what a journal holds, and records changes in it from now on; collections that it lacks are recorded whole.</summary>
    internal void Attach(IChangeLog log, Dictionary<string, CollectionData> recorded)
    {
        lock (_gate)
        {
            if (Log is not null)
                throw new InvalidOperationException("The database has a journal already. Let one of the stores that share a database keep the journal, and leave JournalPath of the others empty.");
            foreach (var data in Collections.Values.Where(c => !recorded.ContainsKey(c.Name)))
                data.Attach(log);
            foreach (var data in recorded.Values)
            {
                data.Log = log;
                if (Collections.TryGetValue(data.Name, out var old))
                    old.Replace(() => Collections[data.Name] = data);
                else
                    Collections[data.Name] = data;
            }

            Log = log;
        }
    }

    /// <summary>Stops recording changes.</summary>
    internal void Detach()
    {
        lock (_gate)
        {
            Log = null;
            foreach (var collection in Collections.Values)
                collection.Log = null;
        }
    }

    internal void Remove(string name)
    {
        // One at a time, so that the journal never hears of the end of a collection after the start of its successor.
        lock (_gate)
        {
            if (!Collections.TryGetValue(name, out var data))
                return;
            data.Drop();
            Collections.TryRemove(name, out _);
        }
    }

    /// <summary>Does something while no collection is written, made or deleted.</summary>
    internal void Freeze(Action<IEnumerable<CollectionData>> action)
    {
        lock (_gate)
        {
            var collections = Collections.Values.OrderBy(c => c.Name, StringComparer.Ordinal).ToArray();
            var entered = 0;
            try
            {
                for (; entered < collections.Length; entered++)
                    collections[entered].Enter();
                action(collections);
            }
            finally
            {
                while (entered > 0)
                    collections[--entered].Exit();
            }
        }
    }

    /// <summary>Ends when all changes so far are recorded as safely as the journal promises.</summary>
    internal Task CommitAsync() => Log?.CommitAsync() ?? Task.CompletedTask;

    internal long CountLiveRows() => Collections.Values.Sum(static c => (long)c.Current.LiveRowCount);
}
