namespace LocalRag.Connectors.InMemory;

/// <summary>The engine for one register width.</summary>
internal sealed unsafe class SearchEngine<TKernels> : SearchEngine
    where TKernels : struct, IKernels
{
    // Codes of a block stay in the second-level cache between the two passes; its products fit in the first.
    private const int BlockRows = 512;

    // Candidates whose fp32 rows are asked for while others are being scored.
    private const int Ahead = 4;

    protected override void ScanChunk(ScanRequest request, bool useCodes, int chunk, ref Ranking ranking)
    {
        if (useCodes)
        {
            ScanCodes(request, chunk, ref ranking);
            return;
        }

        switch (request.Vectors.Layout.Kind)
        {
            case MetricKind.Dot: ScanRows<DotScore>(request, chunk, ref ranking.Best); break;
            case MetricKind.Cosine: ScanRows<CosineScore>(request, chunk, ref ranking.Best); break;
            case MetricKind.SquaredEuclidean: ScanRows<EuclideanScore>(request, chunk, ref ranking.Best); break;
            case MetricKind.Manhattan: ScanRows<ManhattanScore>(request, chunk, ref ranking.Best); break;
            default: ScanRows<HammingScore>(request, chunk, ref ranking.Best); break;
        }
    }

    protected override void ScanCandidates(ScanRequest request, bool useCodes, ref Ranking ranking, CancellationToken cancellationToken)
    {
        var layout = request.Vectors.Layout;
        var chunks = request.Vectors.Chunks;
        var candidates = request.Candidates!;
        var filter = default(RowFilter);
        var current = -1;
        for (var i = 0; i < candidates.Length; i++)
        {
            var chunkIndex = candidates[i] >> VectorChunk.Shift;
            var chunk = chunks[chunkIndex];
            if (chunkIndex != current)
            {
                cancellationToken.ThrowIfCancellationRequested();
                filter = new RowFilter(request, chunk, chunkIndex);
                chunk.VerifyCodes(layout, chunk.Capacity);
                current = chunkIndex;
            }

            var row = candidates[i] & (VectorChunk.MaxRows - 1);
            if (useCodes)
            {
                if (i + Ahead < candidates.Length)
                    PrefetchCode(chunks, layout, candidates[i + Ahead]);
                Consider(request, chunk, chunkIndex, row, filter, ref ranking);
            }
            else if (filter.Admits(row))
            {
                if (ranking.Candidates.IsFull)
                    Rescore(request, ref ranking);
                ranking.Candidates.Add(float.PositiveInfinity, candidates[i]);
            }
        }

        GC.KeepAlive(chunks);
    }

    protected override void Rescore(ScanRequest request, ref Ranking ranking)
    {
        ranking.Candidates.Prune(Math.Max(ranking.Threshold, request.Floor));
        switch (request.Vectors.Layout.Kind)
        {
            case MetricKind.Dot: Rescore<DotScore>(request, ref ranking); break;
            case MetricKind.Cosine: Rescore<CosineScore>(request, ref ranking); break;
            case MetricKind.SquaredEuclidean: Rescore<EuclideanScore>(request, ref ranking); break;
            case MetricKind.Manhattan: Rescore<ManhattanScore>(request, ref ranking); break;
            default: Rescore<HammingScore>(request, ref ranking); break;
        }

        ranking.Candidates.Clear();
    }

    /// <summary>
    /// Three sieves for each block: products with the short code of the query, then the long code for the rows whose bound
    /// reaches the threshold, and what that leaves becomes a candidate.
    /// </summary>
    private void ScanCodes(ScanRequest request, int chunkIndex, ref Ranking ranking)
    {
        var (vectors, query) = (request.Vectors, request.Query);
        var chunk = vectors.Chunks[chunkIndex];
        var layout = vectors.Layout;
        var rows = Math.Min(VectorChunk.MaxRows, request.Snapshot.RowCount - (chunkIndex << VectorChunk.Shift));
        var filter = new RowFilter(request, chunk, chunkIndex);
        var bound = query.ShortBound;
        chunk.VerifyCodes(layout, rows);
        int* dots = stackalloc int[BlockRows], selected = stackalloc int[BlockRows];
        for (var start = 0; start < rows; start += BlockRows)
        {
            var count = Math.Min(BlockRows, rows - start);
            // Asked for now, there when the products are.
            Prefetch((byte*)(chunk.Scales + start), count * sizeof(float));
            Prefetch((byte*)(chunk.Errors + start), count * sizeof(float));
            if (layout.Kind != MetricKind.Cosine)
                Prefetch((byte*)(chunk.Aux + start), count * sizeof(float));
            TKernels.CodeDots(query.ShortCode, query.ShortSum, chunk.Codes + (long)start * layout.CodeStride, layout.CodeStride, count, dots);
            var threshold = Math.Max(ranking.Threshold, request.Floor);
            var found = TKernels.SelectAbove(bound, dots, chunk.Scales + start, chunk.Errors + start, chunk.Aux + start, count, threshold, selected);
            for (var i = 0; i < found; i++)
                Consider(request, chunk, chunkIndex, start + selected[i], filter, ref ranking);
        }

        GC.KeepAlive(chunk);
    }

    private void Consider(ScanRequest request, VectorChunk chunk, int chunkIndex, int row, in RowFilter filter, ref Ranking ranking)
    {
        var (layout, query) = (request.Vectors.Layout, request.Query);
        var (scale, error, aux) = (chunk.Scales[row], chunk.Errors[row], chunk.Aux[row]);
        var dot = TKernels.CodeDot(query.LongCode, chunk.Codes + (long)row * layout.CodeStride, layout.CodeStride);
        var upper = query.LongBound.Upper(dot, scale, error, aux);
        if (upper < Math.Max(ranking.Threshold, request.Floor) || !filter.Admits(row))
            return;
        if (ranking.Candidates.IsFull)
            Rescore(request, ref ranking);
        var global = (chunkIndex << VectorChunk.Shift) + row;
        ranking.Candidates.Add(upper, global);
        ranking.Proven.Add(query.LongBound.Lower(dot, scale, error, aux), global);
    }

    private static void Rescore<TScore>(ScanRequest request, ref Ranking ranking)
        where TScore : struct, IRowScore
    {
        var (layout, query, chunks) = (request.Vectors.Layout, request.Query, request.Vectors.Chunks);
        var rows = ranking.Candidates.Rows;
        for (var i = 0; i < Math.Min(Ahead, rows.Length); i++)
            PrefetchRow(chunks, layout, rows[i]);
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + Ahead < rows.Length)
                PrefetchRow(chunks, layout, rows[i + Ahead]);
            var chunk = chunks[rows[i] >> VectorChunk.Shift];
            var row = rows[i] & (VectorChunk.MaxRows - 1);
            chunk.VerifyRow(layout, row);
            ranking.Best.Add(TScore.Key<TKernels>(query.Vector, chunk.Rows + (long)row * layout.Stride, layout.Stride, chunk.Aux[row]), rows[i]);
        }

        GC.KeepAlive(chunks);
    }

    private static void ScanRows<TScore>(ScanRequest request, int chunkIndex, ref TopK best)
        where TScore : struct, IRowScore
    {
        var (snapshot, vectors, query) = (request.Snapshot, request.Vectors, request.Query);
        var chunk = vectors.Chunks[chunkIndex];
        var stride = vectors.Layout.Stride;
        var first = chunkIndex << VectorChunk.Shift;
        var rows = Math.Min(VectorChunk.MaxRows, snapshot.RowCount - first);
        var filter = new RowFilter(request, chunk, chunkIndex);
        chunk.VerifyAll(vectors.Layout, rows);
        for (var row = 0; row < rows; row++)
        {
            var key = TScore.Key<TKernels>(query.Vector, chunk.Rows + (long)row * stride, stride, chunk.Aux[row]);
            if (!(key < best.Threshold) && filter.Admits(row))
                best.Add(key, first + row);
        }

        GC.KeepAlive(chunk);
    }

    private static void PrefetchCode(VectorChunk[] chunks, VectorLayout layout, int candidate)
    {
        var chunk = chunks[candidate >> VectorChunk.Shift];
        var row = candidate & (VectorChunk.MaxRows - 1);
        Prefetch((byte*)(chunk.Codes + (long)row * layout.CodeStride), layout.CodeStride);
        Prefetch((byte*)(chunk.Scales + row), 1);
        Prefetch((byte*)(chunk.Errors + row), 1);
    }

    private static void PrefetchRow(VectorChunk[] chunks, VectorLayout layout, int candidate)
    {
        var chunk = chunks[candidate >> VectorChunk.Shift];
        var row = candidate & (VectorChunk.MaxRows - 1);
        Prefetch((byte*)(chunk.Rows + (long)row * layout.Stride), layout.Stride * sizeof(float));
    }

    /// <summary>Rows here and there are no stream that the processor could foresee.</summary>
    private static void Prefetch(byte* address, int bytes)
    {
        for (var i = 0; i < bytes; i += NativeBuffer.Alignment)
            CacheLines.Prefetch(address + i);
    }
}
