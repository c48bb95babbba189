namespace LocalRag.Plugins.Retrieval.Tests;

/// <summary>A clock with one timer that fires when the test says so.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action? _fire;

    /// <summary>Done as soon as somebody has set a timer.</summary>
    public Task TimerSet => _set.Task;

    public void Fire() => _fire!();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _fire = () => callback(state);
        _set.TrySetResult();
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
