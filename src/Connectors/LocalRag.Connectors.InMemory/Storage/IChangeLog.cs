namespace LocalRag.Connectors.InMemory;

/// <summary>Keeps changes beyond the life of the process; called inside the writer's turn, before a change becomes visible.</summary>
internal interface IChangeLog
{
    void Create(CollectionData collection);

    void Upsert(CollectionData collection, Table table, int firstRow, int count, string?[] spaces);

    void Delete(CollectionData collection, Table table, IReadOnlyList<int> rows);

    void Drop(CollectionData collection);

    /// <summary>Ends when everything recorded so far is as safe as was promised; called when the writer's turn is over.</summary>
    Task CommitAsync();
}
