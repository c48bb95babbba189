using System.Numerics;
using System.Runtime.Intrinsics;

namespace LocalRag.Connectors.InMemory;

/// <inheritdoc/>
internal sealed unsafe class BatchScan<TTile> : BatchScan
    where TTile : struct, ITileKernel
{
    private static int Half => TTile.Queries / 2;

    public override NativeBuffer Pack(IReadOnlyList<ReadOnlyMemory<float>> queries, int dimensions)
    {
        var packed = new NativeBuffer((long)RoundUp(queries.Count) * dimensions * sizeof(float));
        for (var i = 0; i < queries.Count; i++)
        {
            var first = i / TTile.Queries * TTile.Queries;
            var width = Width(queries.Count - first);
            var panel = (float*)packed.Pointer + (long)first * dimensions;
            var query = queries[i].Span;
            for (var k = 0; k < dimensions; k++)
                panel[k * width + i - first] = query[k];
        }

        return packed;
    }

    public override void Scan(NativeBuffer packed, float* rows, int stride, int dimensions, int count, int first, TopK[] best)
    {
        var scores = stackalloc float[TTile.Rows * TTile.Queries];
        var lanes = RoundUp(best.Length);
        using var thresholds = new NativeBuffer((long)lanes * sizeof(float));
        var limits = (float*)thresholds.Pointer;
        for (var i = 0; i < lanes; i++)
            limits[i] = i < best.Length ? best[i].Threshold : float.PositiveInfinity;

        var rest = count % TTile.Rows;
        using var padded = rest == 0 ? null : new NativeBuffer((long)TTile.Rows * stride * sizeof(float));
        if (padded is not null)
            Buffer.MemoryCopy(rows + (long)(count - rest) * stride, padded.Pointer, (long)TTile.Rows * stride * sizeof(float), (((long)rest - 1) * stride + dimensions) * sizeof(float));
        // Rows outside, panels inside: a group of rows stays in the first-level cache while the panels pass.
        for (var row = 0; row < count; row += TTile.Rows)
        {
            var here = Math.Min(TTile.Rows, count - row);
            var source = here == TTile.Rows ? rows + (long)row * stride : (float*)padded!.Pointer;
            for (var query = 0; query < lanes; query += TTile.Queries)
            {
                var panel = (float*)packed.Pointer + (long)query * dimensions;
                var width = Math.Min(TTile.Queries, lanes - query);
                if (width == TTile.Queries)
                    TTile.Multiply(panel, source, stride, dimensions, scores);
                else
                    TTile.MultiplyHalf(panel, source, stride, dimensions, scores);
                Select(scores, here, width, first + row, query, limits, best);
            }
        }
    }

    /// <summary>The second pass: few scores reach the k-th best, and only those touch a heap.</summary>
    private static void Select(float* scores, int rows, int width, int first, int query, float* limits, TopK[] best)
    {
        for (var lane = 0; lane < width; lane += Vector128<float>.Count)
        {
            var limit = Vector128.Load(limits + query + lane);
            for (var row = 0; row < rows; row++)
            {
                var mask = Vector128.GreaterThanOrEqual(Vector128.Load(scores + row * width + lane), limit).ExtractMostSignificantBits();
                for (; mask != 0; mask &= mask - 1)
                {
                    var index = query + lane + BitOperations.TrailingZeroCount(mask);
                    if (index >= best.Length)
                        break;
                    best[index].Add(scores[row * width + index - query], first + row);
                    limits[index] = best[index].Threshold;
                    limit = Vector128.Load(limits + query + lane);
                }
            }
        }
    }

    private static int Width(int queries) => queries <= Half ? Half : TTile.Queries;

    private static int RoundUp(int queries) => (queries + Half - 1) / Half * Half;
}
