namespace LocalRag.Connectors.InMemory;

/// <summary>Decides whether a row of a chunk may rank: it is alive, has a vector, and passes the caller's filter.</summary>
internal readonly struct RowFilter(ScanRequest request, VectorChunk chunk, int chunkIndex)
{
    private readonly long[]? _deleted = request.Snapshot.Table.DeletedIn(chunkIndex);
    private readonly bool[]? _missing = chunk.Missing;
    private readonly long _version = request.Snapshot.Version;
    private readonly Func<int, bool>? _filter = request.Filter;
    private readonly int _first = chunkIndex << VectorChunk.Shift;

    public bool Admits(int row)
    {
        if (_deleted is not null && Volatile.Read(ref _deleted[row]) is var deleted && deleted != 0 && deleted <= _version)
            return false;
        return (_missing is null || !_missing[row]) && (_filter is null || _filter(_first + row));
    }
}
