using System.Numerics;
using System.Runtime.Intrinsics;

namespace LocalRag.Connectors.InMemory;

/// <inheritdoc/>
internal sealed unsafe class BatchScan<TTile> : BatchScan
    where TTile : struct, ITileKernel
{
    /// <summary>The width of the smallest panel.</summary>
    private const int FewestQueries = 4;

    public override NativeBuffer Pack(ReadOnlySpan<ReadOnlyMemory<float>> queries, int dimensions)
    {
        var lanes = RoundUp(queries.Length);
        var packed = new NativeBuffer((long)lanes * Even(dimensions) * sizeof(float));
        for (int first = 0, width; first < lanes; first += width)
        {
            width = Width(lanes - first);
            var panel = (float*)packed.Pointer + (long)first * Even(dimensions);
            for (var i = first; i < Math.Min(first + width, queries.Length); i++)
            {
                var query = queries[i].Span;
                for (var k = 0; k < dimensions; k++)
                    panel[(k & ~1) * width + 2 * (i - first) + (k & 1)] = query[k];
            }
        }

        return packed;
    }

    public override void Scan(NativeBuffer packed, float* rows, int stride, int dimensions, int count, int first, Span<TopK> best, ReadOnlySpan<nint> ahead)
    {
        var scores = stackalloc float[TTile.Rows * TTile.Queries];
        var lanes = RoundUp(best.Length);
        using var scratch = new NativeBuffer((long)lanes * sizeof(float) + (long)Even(dimensions) * sizeof(byte*));
        var lines = (byte**)scratch.Pointer;
        var limits = (float*)(lines + Even(dimensions));
        for (var i = 0; i < lanes; i++)
            limits[i] = i < best.Length ? best[i].Threshold : float.PositiveInfinity;

        var rest = count % TTile.Rows;
        using var padded = rest == 0 ? null : new NativeBuffer((long)TTile.Rows * stride * sizeof(float));
        if (padded is not null)
            Buffer.MemoryCopy(rows + (long)(count - rest) * stride, padded.Pointer, (long)TTile.Rows * stride * sizeof(float), (long)rest * stride * sizeof(float));
        // Rows outside, panels inside: a group of rows stays in the first-level cache while the panels pass, and the
        // first two panels fetch what comes next.
        for (var row = 0; row < count; row += TTile.Rows)
        {
            var here = Math.Min(TTile.Rows, count - row);
            var source = here == TTile.Rows ? rows + (long)row * stride : (float*)padded!.Pointer;
            ListLines(lines, Even(dimensions), rows, stride, row, count, ahead);
            for (int query = 0, width; query < lanes; query += width)
            {
                width = Width(lanes - query);
                TTile.Multiply(width, (float*)packed.Pointer + (long)query * Even(dimensions), source, stride, dimensions, scores, lines + Math.Min(query / TTile.Queries, 1) * (Even(dimensions) / 2), query < 2 * TTile.Queries ? 1 : 0);
                Select(scores, here, width, first + row, query, limits, best);
            }
        }
    }

    /// <summary>One cache line per component, which is enough for the next rows of any tile, of at most 16 rows: a line holds 16 components.</summary>
    private static void ListLines(byte** lines, int dimensions, float* rows, int stride, int row, int count, ReadOnlySpan<nint> ahead)
    {
        var line = 0;
        for (var i = row; i < row + TTile.Rows && line < dimensions; i++)
        {
            // Without other orders, the group after this one.
            var address = i < ahead.Length ? (byte*)ahead[i]
                : ahead.IsEmpty && i + TTile.Rows < count ? (byte*)(rows + ((long)i + TTile.Rows) * stride)
                : (byte*)rows;
            for (var offset = 0; offset < dimensions * sizeof(float) && line < dimensions; offset += NativeBuffer.Alignment)
                lines[line++] = address + offset;
        }

        for (; line < dimensions; line++)
            lines[line] = (byte*)rows;
    }

    /// <summary>The second pass: few scores reach the k-th best, and only those touch a heap.</summary>
    private static void Select(float* scores, int rows, int width, int first, int query, float* limits, Span<TopK> best)
    {
        var lane = 0;
        for (; lane <= width - Vector256<float>.Count; lane += Vector256<float>.Count)
        {
            var limit = Vector256.Load(limits + query + lane);
            var reached = Vector256<float>.Zero;
            for (var row = 0; row < rows; row++)
                reached |= Vector256.GreaterThanOrEqual(Vector256.Load(scores + row * width + lane), limit);
            for (var mask = reached.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1)
                Offer(scores, rows, width, lane + BitOperations.TrailingZeroCount(mask), first, query, limits, best);
        }

        for (; lane < width; lane++)
            Offer(scores, rows, width, lane, first, query, limits, best);
    }

    /// <summary>The scores of one query; lanes beyond the last query are padding.</summary>
    private static void Offer(float* scores, int rows, int width, int lane, int first, int query, float* limits, Span<TopK> best)
    {
        var index = query + lane;
        if (index >= best.Length)
            return;
        ref var heap = ref best[index];
        for (var row = 0; row < rows; row++)
        {
            if (scores[row * width + lane] is var score && score >= limits[index])
            {
                heap.Add(score, first + row);
                limits[index] = heap.Threshold;
            }
        }
    }

    /// <summary>The widest panel that the lanes left fill.</summary>
    private static int Width(int lanes)
    {
        var width = TTile.Queries;
        while (width > lanes)
            width /= 2;
        return width;
    }

    private static int RoundUp(int queries) => (queries + FewestQueries - 1) / FewestQueries * FewestQueries;

    private static int Even(int dimensions) => (dimensions + 1) & ~1;
}
