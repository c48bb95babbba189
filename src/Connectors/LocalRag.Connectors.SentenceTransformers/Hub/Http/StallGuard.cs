namespace LocalRag.Connectors.SentenceTransformers.Hub.Http;

/// <summary>Cancels when nothing has moved for a while, as opposed to a limit on the whole.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;

    public StallGuard(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _source = new CancellationTokenSource(limit, time);
        _registration = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>True when time, not the caller, cancelled.</summary>
    public bool Expired => _source.IsCancellationRequested && !_caller.IsCancellationRequested;

    public void Moved() => _source.CancelAfter(_limit);

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
