namespace LocalRag.Connectors.InMemory;

/// <summary>Some queries that are searched together.</summary>
internal sealed class QueryBatch
{
    // Rows copied (and normalised) at a time: small enough for the second-level cache with a few hundred dimensions.
    private const int BlockRows = 240;

    // The most rows that one worker takes, so that small corpora are still shared out.
    private const int RowsPerTask = 8192;

    private readonly ReadOnlyMemory<float>[] _queries;
    private readonly ScoreFunction _score;
    private readonly int _dimensions;

    public QueryBatch(ReadOnlyMemory<float>[] queries, ScoreFunction score)
    {
        _score = score;
        _dimensions = queries[0].Length;
        _queries = score.Normalizes ? Array.ConvertAll(queries, Normalized) : queries;
    }

    public IReadOnlyList<SearchHit>[] Search(IReadOnlyList<ReadOnlyMemory<float>> corpus, int topK, int corpusChunkSize, CancellationToken cancellationToken)
    {
        var k = Math.Min(topK, corpus.Count);
        var best = NewHeaps(k);
        try
        {
            using var packed = BatchScan.Default.Pack(_queries, _dimensions);
            for (long start = 0; start < corpus.Count; start += corpusChunkSize)
                SearchChunk(corpus, (int)start, (int)Math.Min(corpus.Count, start + corpusChunkSize), k, packed, best, cancellationToken);
            return Array.ConvertAll(best, heap => (IReadOnlyList<SearchHit>)Array.ConvertAll(heap.Drain(), hit => new SearchHit(hit.Row, hit.Key)));
        }
        finally
        {
            Dispose(best);
        }
    }

    private static ReadOnlyMemory<float> Normalized(ReadOnlyMemory<float> vector)
    {
        var copy = vector.ToArray();
        VectorSimilarity.Normalize(copy);
        return copy;
    }

    private static void Dispose(TopK[] heaps)
    {
        foreach (ref var heap in heaps.AsSpan())
            heap.Dispose();
    }

    private TopK[] NewHeaps(int k)
    {
        var heaps = new TopK[_queries.Length];
        foreach (ref var heap in heaps.AsSpan())
            heap = new TopK(k);
        return heaps;
    }

    private void SearchChunk(IReadOnlyList<ReadOnlyMemory<float>> corpus, int start, int end, int k, NativeBuffer packed, TopK[] best, CancellationToken cancellationToken)
    {
        var tasks = (end - start + RowsPerTask - 1) / RowsPerTask;
        if (tasks <= 1)
        {
            SearchRows(corpus, start, end, packed, best, cancellationToken);
            return;
        }

        var gate = new Lock();
        Parallel.For(
            0,
            tasks,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => NewHeaps(k),
            (task, _, own) =>
            {
                var first = start + task * RowsPerTask;
                SearchRows(corpus, first, Math.Min(end, first + RowsPerTask), packed, own, cancellationToken);
                return own;
            },
            own =>
            {
                lock (gate)
                {
                    for (var i = 0; i < own.Length; i++)
                        best[i].Merge(own[i]);
                }

                Dispose(own);
            });
    }

    private unsafe void SearchRows(IReadOnlyList<ReadOnlyMemory<float>> corpus, int start, int end, NativeBuffer packed, TopK[] best, CancellationToken cancellationToken)
    {
        if (_dimensions == 0 || _score.Custom is not null)
        {
            SearchOneByOne(corpus, start, end, best, cancellationToken);
            return;
        }

        var stride = (_dimensions + 15) & ~15;
        using var buffer = new NativeBuffer((long)BlockRows * stride * sizeof(float));
        var rows = (float*)buffer.Pointer;
        for (var first = start; first < end; first += BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(BlockRows, end - first);
            for (var i = 0; i < count; i++)
            {
                var row = new Span<float>(rows + (long)i * stride, _dimensions);
                corpus[first + i].Span.CopyTo(row);
                if (_score.Normalizes)
                    VectorSimilarity.Normalize(row);
            }

            BatchScan.Default.Scan(packed, rows, stride, _dimensions, count, first, best);
        }
    }

    private void SearchOneByOne(IReadOnlyList<ReadOnlyMemory<float>> corpus, int start, int end, TopK[] best, CancellationToken cancellationToken)
    {
        var score = _score.Custom ?? VectorSimilarity.Dot;
        for (var row = start; row < end; row++)
        {
            if ((row & 0xFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            for (var query = 0; query < best.Length; query++)
                best[query].Add(score(_queries[query].Span, corpus[row].Span), row);
        }
    }
}
