namespace LocalRag.Connectors.InMemory;

/// <summary>When to try a sieve again that did not pay: soon at first, as thresholds rise fast, then ever more rarely.</summary>
internal struct SievePause
{
    private const int LongestBlocks = 15;

    private int _left;
    private int _next;

    /// <summary>Counts a block; false while the pause lasts.</summary>
    public bool IsOver() => _left == 0 || _left-- == 0;

    public void Start()
    {
        _left = _next = Math.Min(2 * _next + 1, LongestBlocks);
    }

    public void Reset() => _next = 0;
}
