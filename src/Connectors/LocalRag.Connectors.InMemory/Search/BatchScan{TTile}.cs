namespace LocalRag.Connectors.InMemory;

/// <inheritdoc/>
internal sealed unsafe class BatchScan<TTile> : BatchScan
    where TTile : struct, ITileKernel
{
    public override NativeBuffer Pack(IReadOnlyList<ReadOnlyMemory<float>> queries, int dimensions)
    {
        var panels = (queries.Count + TTile.Queries - 1) / TTile.Queries;
        var packed = new NativeBuffer((long)panels * TTile.Queries * dimensions * sizeof(float));
        var target = (float*)packed.Pointer;
        for (var i = 0; i < queries.Count; i++)
        {
            var panel = target + (long)(i / TTile.Queries) * TTile.Queries * dimensions;
            var query = queries[i].Span;
            for (var k = 0; k < dimensions; k++)
                panel[k * TTile.Queries + i % TTile.Queries] = query[k];
        }

        return packed;
    }

    public override void Scan(NativeBuffer packed, float* rows, int stride, int dimensions, int count, int first, TopK[] best)
    {
        var panels = (best.Length + TTile.Queries - 1) / TTile.Queries;
        var scores = stackalloc float[TTile.Rows * TTile.Queries];
        var rest = count % TTile.Rows;
        using var padded = rest == 0 ? null : new NativeBuffer((long)TTile.Rows * stride * sizeof(float));
        if (padded is not null)
            Buffer.MemoryCopy(rows + (long)(count - rest) * stride, padded.Pointer, (long)rest * stride * sizeof(float), (((long)rest - 1) * stride + dimensions) * sizeof(float));
        // Rows outside, panels inside: a group of rows stays in the first-level cache while the panels pass.
        for (var row = 0; row < count; row += TTile.Rows)
        {
            var here = Math.Min(TTile.Rows, count - row);
            var source = here == TTile.Rows ? rows + (long)row * stride : (float*)padded!.Pointer;
            for (var panel = 0; panel < panels; panel++)
            {
                TTile.Multiply((float*)packed.Pointer + (long)panel * TTile.Queries * dimensions, source, stride, dimensions, scores);
                var queries = Math.Min(TTile.Queries, best.Length - panel * TTile.Queries);
                Select(scores, here, queries, first + row, best.AsSpan(panel * TTile.Queries, queries));
            }
        }
    }

    private static void Select(float* scores, int rows, int queries, int first, Span<TopK> best)
    {
        for (var query = 0; query < queries; query++)
        {
            ref var heap = ref best[query];
            var threshold = heap.Threshold;
            for (var row = 0; row < rows; row++)
            {
                var score = scores[row * TTile.Queries + query];
                if (score > threshold || (score == threshold && !heap.IsFull))
                {
                    heap.Add(score, first + row);
                    threshold = heap.Threshold;
                }
            }
        }
    }
}
