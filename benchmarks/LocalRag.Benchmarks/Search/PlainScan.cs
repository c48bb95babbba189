using System.Numerics.Tensors;

namespace LocalRag.Benchmarks.Search;

/// <summary>The store that one would write first.</summary>
internal static class PlainScan
{
    /// <summary>One contiguous array, TensorPrimitives.Dot, a bounded heap.</summary>
    public static int[] Matrix(float[] rows, int dimensions, float[] query, int k)
    {
        var heap = new PriorityQueue<int, float>(k + 1);
        var count = rows.Length / dimensions;
        for (var row = 0; row < count; row++)
        {
            var score = TensorPrimitives.Dot<float>(rows.AsSpan(row * dimensions, dimensions), query);
            if (heap.Count < k)
                heap.Enqueue(row, score);
            else if (heap.TryPeek(out _, out var worst) && score > worst)
                heap.DequeueEnqueue(row, score);
        }

        return [.. heap.UnorderedItems.OrderByDescending(i => i.Priority).Select(i => i.Element)];
    }
}
