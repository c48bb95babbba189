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

    // When a larger share of the rows is asked for, the codes rule out too little to pay for reading them.
    private const int LeastRowsPerHit = 4;

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
        var rows = request.Candidates?.Length ?? request.Snapshot.RowCount;
        var k = Math.Min(top, rows);
        if (k == 0)
            return [];
        var chunks = request.Candidates is not null ? 1 : (request.Snapshot.RowCount + VectorChunk.MaxRows - 1) >> VectorChunk.Shift;
        var workers = (int)Math.Clamp((long)request.Snapshot.RowCount * request.Query.Layout.Stride / FloatsPerWorker, 1, Math.Min(maxThreads, chunks));
        var useCodes = request.Query.UsesCodes && !request.ForceExact && k <= rows / LeastRowsPerHit;
        var ranking = new Ranking(k);
        try
        {
            if (workers == 1)
                Run(request, useCodes, ref ranking, chunks, new Counter(), cancellationToken);
            else
                RunParallel(request, useCodes, ref ranking, k, chunks, workers, cancellationToken);
            return ranking.Best.Drain();
        }
        finally
        {
            ranking.Dispose();
        }
    }

    protected abstract void ScanChunk(ScanRequest request, bool useCodes, int chunk, ref Ranking ranking);

    protected abstract void ScanCandidates(ScanRequest request, bool useCodes, ref Ranking ranking, CancellationToken cancellationToken);

    /// <summary>Reads the fp32 rows of the candidates that may still rank.</summary>
    protected abstract void Rescore(ScanRequest request, ref Ranking ranking);

    /// <remarks>Parallel.For lends the caller's own thread, so a busy pool slows a search down but never starves it.</remarks>
    private void RunParallel(ScanRequest request, bool useCodes, ref Ranking ranking, int k, int chunks, int workers, CancellationToken cancellationToken)
    {
        var counter = new Counter();
        var rankings = new Ranking[workers];
        try
        {
            Parallel.For(
                0,
                workers,
                new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken },
                worker =>
                {
                    rankings[worker] = new Ranking(k);
                    Run(request, useCodes, ref rankings[worker], chunks, counter, cancellationToken);
                });
            foreach (ref readonly var part in rankings.AsSpan())
                ranking.Best.Merge(part.Best);
        }
        finally
        {
            foreach (ref var part in rankings.AsSpan())
                part.Dispose();
        }
    }

    private void Run(ScanRequest request, bool useCodes, ref Ranking ranking, int chunks, Counter counter, CancellationToken cancellationToken)
    {
        if (request.Candidates is not null)
        {
            ScanCandidates(request, useCodes, ref ranking, cancellationToken);
        }
        else
        {
            for (var chunk = counter.Next(); chunk < chunks; chunk = counter.Next())
            {
                cancellationToken.ThrowIfCancellationRequested();
                ScanChunk(request, useCodes, chunk, ref ranking);
                request.Floor = ranking.Threshold;
            }
        }

        Rescore(request, ref ranking);
    }

    /// <summary>Hands out chunks to the threads of one search.</summary>
    private sealed class Counter
    {
        private int _next = -1;

        public int Next() => Interlocked.Increment(ref _next);
    }
}
