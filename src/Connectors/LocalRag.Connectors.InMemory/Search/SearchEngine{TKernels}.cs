namespace LocalRag.Connectors.InMemory;

/// <summary>The engine for one register width.</summary>
internal sealed unsafe class SearchEngine<TKernels> : SearchEngine
    where TKernels : struct, IKernels
{
    // Codes of a block stay in the second-level cache between the two passes; its products fit in the first.
    private const int BlockRows = 256;

    protected override void ScanChunk(ScanRequest request, int chunk, ref TopK best)
    {
        var layout = request.Vectors.Layout;
        if (request.Query.UsesCodes && !request.ForceExact)
        {
            switch (layout.Kind)
            {
                case MetricKind.Dot: ScanCodes<DotScore>(request, chunk, ref best); break;
                case MetricKind.Cosine: ScanCodes<CosineScore>(request, chunk, ref best); break;
                default: ScanCodes<EuclideanScore>(request, chunk, ref best); break;
            }

            return;
        }

        switch (layout.Kind)
        {
            case MetricKind.Dot: ScanRows<DotScore>(request, chunk, ref best); break;
            case MetricKind.Cosine: ScanRows<CosineScore>(request, chunk, ref best); break;
            case MetricKind.SquaredEuclidean: ScanRows<EuclideanScore>(request, chunk, ref best); break;
            case MetricKind.Manhattan: ScanRows<ManhattanScore>(request, chunk, ref best); break;
            default: ScanRows<HammingScore>(request, chunk, ref best); break;
        }
    }

    protected override void ScanCandidates(ScanRequest request, ref TopK best, CancellationToken cancellationToken)
    {
        switch (request.Vectors.Layout.Kind)
        {
            case MetricKind.Dot: ScanCandidates<DotScore>(request, ref best, cancellationToken); break;
            case MetricKind.Cosine: ScanCandidates<CosineScore>(request, ref best, cancellationToken); break;
            case MetricKind.SquaredEuclidean: ScanCandidates<EuclideanScore>(request, ref best, cancellationToken); break;
            case MetricKind.Manhattan: ScanCandidates<ManhattanScore>(request, ref best, cancellationToken); break;
            default: ScanCandidates<HammingScore>(request, ref best, cancellationToken); break;
        }
    }

    /// <summary>Two passes over each block: products of codes, then the few rows whose bound reaches the k-th best, in fp32.</summary>
    private static void ScanCodes<TScore>(ScanRequest request, int chunkIndex, ref TopK best)
        where TScore : struct, IRowScore
    {
        var (snapshot, vectors, query) = (request.Snapshot, request.Vectors, request.Query);
        var chunk = vectors.Chunks[chunkIndex];
        var layout = vectors.Layout;
        var first = chunkIndex << VectorChunk.Shift;
        var rows = Math.Min(VectorChunk.MaxRows, snapshot.RowCount - first);
        var filter = new RowFilter(request, chunk, chunkIndex);
        var bound = query.Bound;
        chunk.VerifyCodes(layout, rows);
        int* dots = stackalloc int[BlockRows], selected = stackalloc int[BlockRows];
        for (var start = 0; start < rows; start += BlockRows)
        {
            var count = Math.Min(BlockRows, rows - start);
            TKernels.CodeDots(query.Code, chunk.Codes + (long)start * layout.CodeStride, layout.CodeStride, count, dots);
            var threshold = Math.Max(best.Threshold, request.Floor);
            var found = TKernels.SelectAbove(bound, dots, chunk.Scales + start, chunk.Errors + start, chunk.Aux + start, count, threshold, selected);
            for (var i = 0; i < found; i++)
            {
                var row = start + selected[i];
                // The threshold has risen since the block was selected; a second look is cheaper than a row of fp32.
                if (bound.Upper(dots[selected[i]], chunk.Scales[row], chunk.Errors[row], chunk.Aux[row]) < best.Threshold || !filter.Admits(row))
                    continue;
                chunk.VerifyRow(layout, row);
                best.Add(TScore.Key<TKernels>(query.Vector, chunk.Rows + (long)row * layout.Stride, layout.Stride, chunk.Aux[row]), first + row);
            }
        }

        GC.KeepAlive(chunk);
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

    private static void ScanCandidates<TScore>(ScanRequest request, ref TopK best, CancellationToken cancellationToken)
        where TScore : struct, IRowScore
    {
        var (vectors, query) = (request.Vectors, request.Query);
        var layout = vectors.Layout;
        var useCodes = query.UsesCodes && !request.ForceExact;
        var chunks = vectors.Chunks;
        var filter = default(RowFilter);
        var current = -1;
        foreach (var candidate in request.Candidates!)
        {
            var chunkIndex = candidate >> VectorChunk.Shift;
            if (chunkIndex != current)
            {
                cancellationToken.ThrowIfCancellationRequested();
                filter = new RowFilter(request, chunks[chunkIndex], chunkIndex);
                chunks[chunkIndex].VerifyCodes(layout, chunks[chunkIndex].Capacity);
                current = chunkIndex;
            }

            var chunk = chunks[chunkIndex];
            var row = candidate & (VectorChunk.MaxRows - 1);
            if (useCodes && best.IsFull)
            {
                int dot;
                TKernels.CodeDots(query.Code, chunk.Codes + (long)row * layout.CodeStride, layout.CodeStride, 1, &dot);
                if (query.Bound.Upper(dot, chunk.Scales[row], chunk.Errors[row], chunk.Aux[row]) < best.Threshold)
                    continue;
            }

            if (!filter.Admits(row))
                continue;
            chunk.VerifyRow(layout, row);
            best.Add(TScore.Key<TKernels>(query.Vector, chunk.Rows + (long)row * layout.Stride, layout.Stride, chunk.Aux[row]), candidate);
        }

        GC.KeepAlive(chunks);
    }
}
