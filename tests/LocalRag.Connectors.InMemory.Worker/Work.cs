namespace LocalRag.Connectors.InMemory.Worker;

/// <summary>What a worker does until it is killed.</summary>
public static class Work
{
    /// <summary>Records in every saved version.</summary>
    public const int SavedRows = 3000;

    /// <summary>The collection that the workers write.</summary>
    public const string Collection = "items";

    // Small enough that the journal becomes mostly dead, and is written anew, every few changes.
    private const int BatchRows = 64;

    /// <summary>Saves version after version over the same file.</summary>
    public static async Task SaveAsync(string path, int from)
    {
        using var store = new InMemoryVectorStore();
        var items = store.GetCollection<int, Item>(Collection);
        await items.EnsureCollectionExistsAsync();
        for (var version = from; ; version++)
        {
            await items.UpsertAsync(Enumerable.Range(0, SavedRows).Select(id => Item.Create(id, version)));
            Console.WriteLine($"saving {version}");
            await store.SaveAsync(path);
            Console.WriteLine($"saved {version}");
        }
    }

    /// <summary>Makes one change after the other, and acknowledges each.</summary>
    public static async Task JournalAsync(string path, int from)
    {
        // Only the process dies here, so the operating system keeps what it was given.
        using var store = new InMemoryVectorStore(new() { JournalPath = path, JournalFlushesToDisk = from % 2 == 0 });
        var items = store.GetCollection<int, Item>(Collection);
        await items.EnsureCollectionExistsAsync();
        for (var change = from; ; change++)
        {
            await ChangeAsync(items, change);
            Console.WriteLine($"done {change}");
        }
    }

    /// <summary>The change of that number: single records, batches and deletions in turns.</summary>
    public static Task ChangeAsync(InMemoryCollection<int, Item> items, int change) => (change % 4) switch
    {
        0 => items.UpsertAsync(Item.Create(1000 + change, change)),
        1 or 2 => items.UpsertAsync(Enumerable.Range(0, BatchRows).Select(id => Item.Create(id, change))),
        _ => items.DeleteAsync([change % BatchRows, 1000 + change - 3]),
    };
}
