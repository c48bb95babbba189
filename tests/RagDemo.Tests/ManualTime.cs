using System.Collections.Concurrent;

namespace RagDemo.Tests;

/// <summary>A clock whose timers end when the test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly BlockingCollection<Action> _timers = [];

    /// <summary>Waits for the next timer that somebody sets, and ends it.</summary>
    public void EndNextTimer(CancellationToken cancellationToken) => _timers.Take(cancellationToken)();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Add(() => callback(state));
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
