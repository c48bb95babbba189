namespace LocalRag.Connectors.SentenceTransformers.Batching;

/// <summary>Groups texts of similar length so that little is padded, and bounds every group by the padded tokens it costs.</summary>
internal sealed class BatchPlan
{
    private readonly int[] _order;
    private readonly List<(int Start, int Count)> _batches = [];

    private BatchPlan(int[] order) => _order = order;

    public int BatchCount => _batches.Count;

    /// <summary>Indexes of the texts of one batch, longest first.</summary>
    public ReadOnlySpan<int> Rows(int batch) => _order.AsSpan(_batches[batch].Start, _batches[batch].Count);

    /// <summary>Plans batches: longest texts first, so that native buffers reach their final size at once; equal lengths keep their order.</summary>
    public static BatchPlan Create(ReadOnlySpan<int> lengths, BatchLimits limits)
    {
        var order = new int[lengths.Length];
        var keys = new long[lengths.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            keys[i] = ((long)(int.MaxValue - lengths[i]) << 32) | (uint)i;
        }

        Array.Sort(keys, order);
        var plan = new BatchPlan(order);
        for (var start = 0; start < order.Length;)
        {
            var width = Math.Max(1, lengths[order[start]]);
            var rows = Math.Clamp(limits.PaddedTokens / width, 1, limits.Rows);
            var count = Math.Min(rows, order.Length - start);
            plan._batches.Add((start, count));
            start += count;
        }

        return plan;
    }
}
