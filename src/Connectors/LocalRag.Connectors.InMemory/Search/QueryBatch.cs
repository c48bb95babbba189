using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LocalRag.Connectors.InMemory;

/// <summary>Queries that are searched together: every row of the corpus is read, and normalised, once for all of them.</summary>
internal sealed class QueryBatch
{
    // Rows copied (and normalised) at a time, whole groups for every tile: with a few hundred dimensions they, the queries
    // and the rows that are fetched meanwhile fit into the second-level cache.
    private const int BlockRows = 108;

    // The most rows that one worker takes, so that small corpora are still shared out.
    private const int RowsPerTask = 8192;

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

    public IReadOnlyList<SearchHit>[] Search(IReadOnlyList<ReadOnlyMemory<float>> corpus, int topK, int corpusChunkSize, CancellationToken cancellationToken)
    {
        var k = Math.Min(topK, corpus.Count);
        var best = NewHeaps(k);
        var chunks = Pack();
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
        var tasks = (end - start + RowsPerTask - 1) / RowsPerTask;
        if (tasks <= 1)
        {
            SearchRows(corpus, start, end, chunks, best, cancellationToken);
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
                SearchRows(corpus, first, Math.Min(end, first + RowsPerTask), chunks, own, cancellationToken);
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

    private unsafe void SearchRows(IReadOnlyList<ReadOnlyMemory<float>> corpus, int start, int end, QueryChunk[] chunks, TopK[] best, CancellationToken cancellationToken)
    {
        if (_dimensions == 0 || _score.Custom is not null)
        {
            SearchOneByOne(corpus, start, end, best, cancellationToken);
            return;
        }

        using var block = new RowBlock(corpus, _score.Normalizes, _dimensions, BlockRows);
        Span<nint> ahead = stackalloc nint[BlockRows];
        var pauses = new int[chunks.Length];
        for (var first = start; first < end; first += BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            block.MoveTo(first, Math.Min(BlockRows, end - first));
            // The next block is fetched while this one is multiplied. Should the collector move a row, it is fetched in vain.
            for (var i = 0; i < block.Count; i++)
                ahead[i] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(corpus[Math.Min(first + BlockRows + i, end - 1)].Span));
            for (var i = 0; i < chunks.Length; i++)
                chunks[i].Scan(block, best, ahead[..block.Count], ref pauses[i]);
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
