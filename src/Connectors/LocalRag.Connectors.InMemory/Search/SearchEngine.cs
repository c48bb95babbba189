namespace LocalRag.Connectors.InMemory;

/// <summary>Exact top-k over chunks of vectors.</summary>
/// <remarks>
/// Every engine returns the rows that a plain fp32 scan with the same kernels returns: the best k by key, equal keys by
/// row, whatever the number of threads and the size of chunks.
/// </remarks>
internal abstract class SearchEngine
{
    // Below this much data a second thread costs more than it saves.
    private const long FloatsPerWorker = 1L << 21;

    /// <summary>The widest engine that this machine runs.</summary>
    public static SearchEngine Default { get; } =
        Enum.GetValues<SimdLevel>().OrderDescending().Where(IsSupported).Select(Create).First();

    public static bool IsSupported(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => Kernels512.IsSupported,
        SimdLevel.Vector256 => Kernels256.IsSupported,
        SimdLevel.Vector128 => Kernels128.IsSupported,
        _ => true,
    };

    public static SearchEngine Create(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => new SearchEngine<Kernels512>(),
        SimdLevel.Vector256 => new SearchEngine<Kernels256>(),
        SimdLevel.Vector128 => new SearchEngine<Kernels128>(),
        _ => new SearchEngine<KernelsPortable>(),
    };

    /// <summary>The best <paramref name="top"/> rows, best first.</summary>
    public Hit[] Search(ScanRequest request, int top, int maxThreads, CancellationToken cancellationToken)
    {
        var k = Math.Min(top, request.Candidates?.Length ?? request.Snapshot.RowCount);
        if (k == 0)
            return [];
        var chunks = request.Candidates is not null ? 1 : (request.Snapshot.RowCount + VectorChunk.MaxRows - 1) >> VectorChunk.Shift;
        var workers = (int)Math.Clamp((long)request.Snapshot.RowCount * request.Query.Layout.Stride / FloatsPerWorker, 1, Math.Min(maxThreads, chunks));
        var best = new TopK(k);
        try
        {
            if (workers == 1)
                Run(request, ref best, chunks, new Counter(), cancellationToken);
            else
                RunParallel(request, ref best, k, chunks, workers, cancellationToken);
            return best.Drain();
        }
        finally
        {
            best.Dispose();
        }
    }

    protected abstract void ScanChunk(ScanRequest request, int chunk, ref TopK best);

    protected abstract void ScanCandidates(ScanRequest request, ref TopK best, CancellationToken cancellationToken);

    /// <remarks>Parallel.For lends the caller's own thread, so a busy pool slows a search down but never starves it.</remarks>
    private void RunParallel(ScanRequest request, ref TopK best, int k, int chunks, int workers, CancellationToken cancellationToken)
    {
        var counter = new Counter();
        var heaps = new TopK[workers];
        try
        {
            Parallel.For(
                0,
                workers,
                new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken },
                worker =>
                {
                    heaps[worker] = new TopK(k);
                    Run(request, ref heaps[worker], chunks, counter, cancellationToken);
                });
            foreach (ref readonly var heap in heaps.AsSpan())
                best.Merge(heap);
        }
        finally
        {
            foreach (ref var heap in heaps.AsSpan())
                heap.Dispose();
        }
    }

    private void Run(ScanRequest request, ref TopK best, int chunks, Counter counter, CancellationToken cancellationToken)
    {
        if (request.Candidates is not null)
        {
            ScanCandidates(request, ref best, cancellationToken);
            return;
        }

        for (var chunk = counter.Next(); chunk < chunks; chunk = counter.Next())
        {
            cancellationToken.ThrowIfCancellationRequested();
            ScanChunk(request, chunk, ref best);
            request.Floor = best.Threshold;
        }
    }

    /// <summary>Hands out chunks to the threads of one search.</summary>
    private sealed class Counter
    {
        private int _next = -1;

        public int Next() => Interlocked.Increment(ref _next);
    }
}
