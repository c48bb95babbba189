namespace LocalRag.Connectors.InMemory;

/// <summary>Queries that are searched together: every row of the corpus is read, and normalised, once for all of them.</summary>
internal sealed class QueryBatch
{
    // Rows copied (and normalised) at a time, whole groups for every tile: with a few hundred dimensions they, the queries
    // and the rows that are fetched meanwhile fit into the second-level cache.
    private const int BlockRows = 108;

    // Rows that a worker takes at a time: so few that all workers end at about the same time.
    private const int TaskRows = 8 * BlockRows;

    // With fewer rows a worker costs more than it saves.
    private const int WorkerRows = 4096;

    private readonly ReadOnlyMemory<float>[] _queries;
    private readonly int _chunkSize;
    private readonly ScoreFunction _score;
    private readonly int _dimensions;

    public QueryBatch(IReadOnlyList<ReadOnlyMemory<float>> queries, int chunkSize, ScoreFunction score)
    {
        _queries = [.. score.Normalizes ? queries.Select(Normalized) : queries];
        _chunkSize = Math.Min(chunkSize, _queries.Length);
        _score = score;
        _dimensions = _queries[0].Length;
    }

    private bool UsesTiles => _dimensions > 0 && _score.Custom is null;

    public IReadOnlyList<SearchHit>[] Search(IReadOnlyList<ReadOnlyMemory<float>> corpus, int topK, int corpusChunkSize, CancellationToken cancellationToken)
    {
        var k = Math.Min(topK, corpus.Count);
        var best = NewHeaps(k);
        QueryChunk[] chunks = UsesTiles ? Pack() : [];
        try
        {
            for (long start = 0; start < corpus.Count; start += corpusChunkSize)
                SearchChunk(corpus, (int)start, (int)Math.Min(corpus.Count, start + corpusChunkSize), k, chunks, best, cancellationToken);
            return Array.ConvertAll(best, heap => (IReadOnlyList<SearchHit>)Array.ConvertAll(heap.Drain(), hit => new SearchHit(hit.Row, hit.Key)));
        }
        finally
        {
            Dispose(best);
            foreach (var chunk in chunks)
                chunk.Dispose();
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

    private QueryChunk[] Pack()
    {
        var chunks = new QueryChunk[(_queries.Length + _chunkSize - 1) / _chunkSize];
        for (var i = 0; i < chunks.Length; i++)
            chunks[i] = new QueryChunk(_queries.AsSpan(i * _chunkSize, Math.Min(_chunkSize, _queries.Length - i * _chunkSize)), i * _chunkSize, _dimensions);
        return chunks;
    }

    private TopK[] NewHeaps(int k)
    {
        var heaps = new TopK[_queries.Length];
        foreach (ref var heap in heaps.AsSpan())
            heap = new TopK(k);
        return heaps;
    }

    private void SearchChunk(IReadOnlyList<ReadOnlyMemory<float>> corpus, int start, int end, int k, QueryChunk[] chunks, TopK[] best, CancellationToken cancellationToken)
    {
        var workers = Math.Clamp((end - start) / WorkerRows, 1, Environment.ProcessorCount);
        var gate = new Lock();
        SharedSteps.Run(workers, (end - start + TaskRows - 1) / TaskRows, Run, cancellationToken);

        void Run(int worker, SharedSteps tasks)
        {
            if (workers == 1)
            {
                SearchTasks(corpus, start, end, tasks, chunks, best, cancellationToken);
                return;
            }

            var own = NewHeaps(k);
            try
            {
                SearchTasks(corpus, start, end, tasks, chunks, own, cancellationToken);
                lock (gate)
                {
                    for (var i = 0; i < own.Length; i++)
                        best[i].Merge(own[i]);
                }
            }
            finally
            {
                Dispose(own);
            }
        }
    }

    private void SearchTasks(IReadOnlyList<ReadOnlyMemory<float>> corpus, int start, int end, SharedSteps tasks, QueryChunk[] chunks, TopK[] best, CancellationToken cancellationToken)
    {
        using var block = UsesTiles ? new RowBlock(corpus, _score.Normalizes, _dimensions, BlockRows) : null;
        var pauses = new SievePause[chunks.Length];
        while (tasks.TryTake(out var task))
        {
            var taskStart = (long)start + (long)task * TaskRows;
            for (var first = taskStart; first < Math.Min(end, taskStart + TaskRows); first += BlockRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                SearchRows(corpus, (int)first, (int)Math.Min(BlockRows, end - first), block, chunks, best, pauses);
            }
        }
    }

    private void SearchRows(IReadOnlyList<ReadOnlyMemory<float>> corpus, int first, int count, RowBlock? block, QueryChunk[] chunks, TopK[] best, SievePause[] pauses)
    {
        if (block is null)
        {
            SearchOneByOne(corpus, first, count, best);
            return;
        }

        block.MoveTo(first, count);
        for (var i = 0; i < chunks.Length; i++)
            chunks[i].Scan(block, best, ref pauses[i]);
    }

    private void SearchOneByOne(IReadOnlyList<ReadOnlyMemory<float>> corpus, int first, int count, TopK[] best)
    {
        var score = _score.Custom ?? VectorSimilarity.Dot;
        for (var row = first; row < first + count; row++)
        {
            for (var query = 0; query < best.Length; query++)
                best[query].Add(score(_queries[query].Span, corpus[row].Span), row);
        }
    }
}
