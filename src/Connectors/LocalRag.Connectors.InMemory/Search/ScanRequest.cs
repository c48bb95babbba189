namespace LocalRag.Connectors.InMemory;

/// <summary>What a scan looks for, and in which rows.</summary>
/// <param name="Snapshot">The rows that exist.</param>
/// <param name="Vectors">The vectors to compare.</param>
/// <param name="Query">The query, laid out for the kernels.</param>
/// <param name="Filter">Asked only for rows that could rank; null admits all.</param>
/// <param name="Candidates">The only rows to look at, ascending; null for all.</param>
/// <param name="ForceExact">Ignores the codes: the twin that defines what the fast scan must return.</param>
internal sealed record ScanRequest(
    Snapshot Snapshot,
    VectorColumn Vectors,
    PreparedQuery Query,
    Func<int, bool>? Filter = null,
    int[]? Candidates = null,
    bool ForceExact = false)
{
    private float _floor = float.NegativeInfinity;

    /// <summary>A key that k rows are known to reach: shared by the threads of one search so that each can skip more.</summary>
    /// <remarks>A lost update only costs speed, so plain reads and writes will do.</remarks>
    public float Floor
    {
        get => Volatile.Read(ref _floor);
        set
        {
            if (value > Volatile.Read(ref _floor))
                Volatile.Write(ref _floor, value);
        }
    }
}
