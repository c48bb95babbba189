namespace LocalRag.Connectors.InMemory;

/// <summary>What one thread of a search has found so far.</summary>
/// <remarks>
/// A row whose code says that it may rank becomes a candidate; its lower bound alone raises the bar for the rows that
/// follow. Only at the end, when the bar is high and few candidates are left above it, are their fp32 rows read.
/// </remarks>
internal struct Ranking(int top) : IDisposable
{
    /// <summary>The best rows by their fp32 keys.</summary>
    public TopK Best = new(top);

    /// <summary>The best lower bounds, of candidates that are not in <see cref="Best"/> yet as well.</summary>
    public TopK Proven = new(top);

    /// <summary>Rows that are still to be scored.</summary>
    public Candidates Candidates = new(top);

    /// <summary>A key that the k-th best row is known to reach.</summary>
    public readonly float Threshold => Math.Max(Best.Threshold, Proven.Threshold);

    public void Dispose()
    {
        Best.Dispose();
        Proven.Dispose();
        Candidates.Dispose();
    }
}
