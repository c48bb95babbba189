namespace LocalRag.Connectors.InMemory;

/// <summary>Top-k over compact rows: every row is looked at, for its bytes are as few as those of a code.</summary>
internal sealed unsafe class CompactSearch(Snapshot snapshot, VectorColumn vectors, CompactQuery query, Func<int, bool>? filter, int[]? candidates)
{
    // Below this many bytes a second thread costs more than it saves.
    private const long BytesPerWorker = 1L << 21;
    private const int CandidatesPerStep = 4096;

    private readonly VectorChunk[] _chunks = vectors.Chunks;

    /// <summary>The best <paramref name="top"/> rows, best first; equal keys by row, whatever the number of threads.</summary>
    public Hit[] Search(int top, int maxThreads, CancellationToken cancellationToken)
    {
        var rows = candidates?.Length ?? snapshot.RowCount;
        var k = Math.Min(top, rows);
        if (k == 0)
            return [];
        var stepRows = candidates is null ? VectorChunk.MaxRows : CandidatesPerStep;
        var count = (rows + stepRows - 1) / stepRows;
        var workers = (int)Math.Clamp((long)rows * vectors.Layout.CompactStride / BytesPerWorker, 1, Math.Min(maxThreads, count));
        var heaps = new TopK[workers];
        try
        {
            SharedSteps.Run(workers, count, Run, cancellationToken);
            for (var i = 1; i < workers; i++)
                heaps[0].Merge(heaps[i]);
            return heaps[0].Drain();
        }
        finally
        {
            foreach (ref var heap in heaps.AsSpan())
                heap.Dispose();
        }

        void Run(int worker, SharedSteps steps)
        {
            heaps[worker] = new TopK(k);
            var scratch = new float[vectors.Layout.Dimensions];
            while (steps.TryTake(out var step))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var first = step * stepRows;
                Scan(first, Math.Min(rows, first + stepRows), scratch, ref heaps[worker]);
            }
        }
    }

    private void Scan(int first, int end, float[] scratch, ref TopK best)
    {
        var layout = vectors.Layout;
        var current = -1;
        VectorChunk? chunk = null;
        for (var i = first; i < end; i++)
        {
            var row = candidates is null ? i : candidates[i];
            if (row >> VectorChunk.Shift != current)
            {
                current = row >> VectorChunk.Shift;
                chunk = _chunks[current];
                CompactRows.Verify(layout, chunk, 0, Math.Min(chunk.Capacity, snapshot.RowCount - (current << VectorChunk.Shift)));
            }

            var local = row & (VectorChunk.MaxRows - 1);
            var key = query.Key(CompactRows.Bytes(layout, chunk!, local), ((uint*)chunk!.Aux)[local], scratch);
            if (!(key < best.Threshold) && snapshot.IsLive(row) && chunk.Missing?[local] != true && (filter is null || filter(row)))
                best.Add(key, row);
        }

        GC.KeepAlive(_chunks);
    }
}
