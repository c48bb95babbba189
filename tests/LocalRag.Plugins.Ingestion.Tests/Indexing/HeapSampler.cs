namespace LocalRag.Plugins.Ingestion.Tests.Indexing;

/// <summary>How far the live part of the heap has grown at the most, over what it was when this was made.</summary>
internal sealed class HeapSampler
{
    private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
    private readonly Lock _gate = new();
    private long _peak;
    private int _calls;

    public long Growth => _peak - _before;

    /// <summary>Looks at the heap in one call of so many; looking collects it, which costs.</summary>
    public void Sample(int every)
    {
        if (Interlocked.Increment(ref _calls) % every == 0)
        {
            lock (_gate)
            {
                _peak = Math.Max(_peak, GC.GetTotalMemory(forceFullCollection: true));
            }
        }
    }
}
