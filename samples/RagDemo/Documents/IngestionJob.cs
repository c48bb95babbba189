using LocalRag.Plugins.Ingestion;

namespace RagDemo.Documents;

/// <summary>One run of indexing that the page can watch and stop.</summary>
internal sealed class IngestionJob : IProgress<IngestionProgress>, IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JobState _state;

    public IngestionJob() => _state = new(Guid.NewGuid().ToString("n"), "waiting", null, 0, 0, null, 0, 0, 0, 0, []);

    public string Id => State.Id;

    /// <summary>Ends with the run.</summary>
    public Task Ended { get; set; } = Task.CompletedTask;

    public CancellationToken Stopping => _stop.Token;

    public JobState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public void Cancel() => _stop.Cancel();

    public void Report(IngestionProgress value) =>
        Change(s => s with { Stage = "indexing", File = value.DocumentId, Done = value.DocumentsDone, Total = value.DocumentsTotal });

    public void Change(Func<JobState, JobState> change)
    {
        lock (_gate)
        {
            _state = change(_state);
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>All states from now on until the run has ended; states that follow each other too fast are told once.</summary>
    public async IAsyncEnumerable<JobState> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            JobState state;
            lock (_gate)
            {
                (changed, state) = (_changed.Task, _state);
            }

            yield return state;
            if (state.IsComplete)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }
}
