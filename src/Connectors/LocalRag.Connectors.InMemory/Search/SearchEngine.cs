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
        var rankings = new Ranking[workers];
        try
        {
            SharedSteps.Run(workers, chunks, Run, cancellationToken);
            for (var i = 1; i < workers; i++)
                rankings[0].Best.Merge(rankings[i].Best);
            return rankings[0].Best.Drain();
        }
        finally
        {
            foreach (ref var ranking in rankings.AsSpan())
                ranking.Dispose();
        }

        void Run(int worker, SharedSteps steps)
        {
            ref var ranking = ref rankings[worker];
            ranking = new Ranking(k);
            if (request.Candidates is not null)
                ScanCandidates(request, useCodes, ref ranking, cancellationToken);
            else
                ScanChunks(request, useCodes, ref ranking, steps, cancellationToken);
            Rescore(request, ref ranking);
        }
    }

    protected abstract void ScanChunk(ScanRequest request, bool useCodes, int chunk, ref Ranking ranking);

    protected abstract void ScanCandidates(ScanRequest request, bool useCodes, ref Ranking ranking, CancellationToken cancellationToken);

    /// <summary>Reads the fp32 rows of the candidates that may still rank.</summary>
    protected abstract void Rescore(ScanRequest request, ref Ranking ranking);

    private void ScanChunks(ScanRequest request, bool useCodes, ref Ranking ranking, SharedSteps chunks, CancellationToken cancellationToken)
    {
        while (chunks.TryTake(out var chunk))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ScanChunk(request, useCodes, chunk, ref ranking);
            request.Floor = ranking.Threshold;
        }
    }
}
