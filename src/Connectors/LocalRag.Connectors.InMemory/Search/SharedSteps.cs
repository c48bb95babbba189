namespace LocalRag.Connectors.InMemory;

/// <summary>The steps of one search, of which every thread takes the next that is left.</summary>
internal sealed class SharedSteps
{
    private readonly int _count;
    private int _next = -1;

    private SharedSteps(int count) => _count = count;

    /// <summary>Runs the work on a number of threads; the caller's own where one is enough.</summary>
    /// <remarks>Parallel.For lends the caller's own thread, so a busy pool slows a search down but never starves it.</remarks>
    /// <param name="workers">The number of threads at most, 1 or more.</param>
    /// <param name="count">The number of steps.</param>
    /// <param name="work">Called once per worker, with its number.</param>
    /// <param name="cancellationToken">Keeps workers from being started.</param>
    public static void Run(int workers, int count, Action<int, SharedSteps> work, CancellationToken cancellationToken)
    {
        var steps = new SharedSteps(count);
        if (workers == 1)
            work(0, steps);
        else
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken }, worker => work(worker, steps));
    }

    /// <summary>False when no step is left.</summary>
    public bool TryTake(out int step) => (step = Interlocked.Increment(ref _next)) < _count;
}
