using System.Collections.Concurrent;

namespace LocalRag.Hub.Tests.Server;

/// <summary>A clock whose pauses are over at once and are noted, and whose time limits pass when the test says so.</summary>
internal sealed class TestTime : TimeProvider
{
    /// <summary>The time limit that test clients use; timers as long as this wait for <see cref="PassLimits"/>.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<TestTimer, bool> _held = [];

    /// <summary>The pauses that were made, in order.</summary>
    public ConcurrentQueue<TimeSpan> Pauses { get; } = [];

    /// <summary>Lets every running time limit pass.</summary>
    public void PassLimits()
    {
        foreach (var timer in _held.Keys)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class TestTimer(TestTime time, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._held.TryRemove(this, out _);
            if (dueTime >= Limit)
            {
                time._held[this] = true;
            }
            else if (dueTime != Timeout.InfiniteTimeSpan)
            {
                time.Pauses.Enqueue(dueTime);
                ThreadPool.QueueUserWorkItem(static timer => timer.Run(), this, preferLocal: false);
            }

            return true;
        }

        public void Fire()
        {
            if (time._held.TryRemove(this, out _))
            {
                Run();
            }
        }

        public void Dispose() => time._held.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Run() => callback(state);
    }
}
