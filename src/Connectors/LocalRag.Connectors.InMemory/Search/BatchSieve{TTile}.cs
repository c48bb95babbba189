using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LocalRag.Connectors.InMemory;

/// <inheritdoc/>
/// <remarks>Its loops are compiled once and fully: a first search must not run unoptimised code.</remarks>
internal sealed unsafe class BatchSieve<TTile> : BatchSieve
    where TTile : struct, ICodeTile
{
    // An fp32 product for one row and one query costs ten times what it costs in a tile, so beyond this share of survivors
    // the sieve saves nothing.
    private const int LeastPairsPerSurvivor = 16;

    public override CodedQueries? Pack(ReadOnlySpan<ReadOnlyMemory<float>> queries, int dimensions) =>
        CodedQueries.TryCreate(queries, dimensions, TTile.Queries);

    public override bool TryScan(CodedQueries queries, RowBlock block, Span<TopK> best, ReadOnlySpan<float> floors)
    {
        block.Encode();
        var most = (int)Math.Min((long)block.Count * queries.Count / LeastPairsPerSurvivor, Array.MaxLength - 1);
        var survivors = ArrayPool<(int Row, int Query)>.Shared.Rent(most + 1);
        try
        {
            var found = Sift(queries, block, floors, survivors.AsSpan(0, most));
            if (found > most)
                return false;
            Rescore(queries, block, best, survivors.AsSpan(0, found));
            return true;
        }
        finally
        {
            ArrayPool<(int, int)>.Shared.Return(survivors);
        }
    }

    /// <summary>Lists the pairs whose upper bound is not below the floor of the query; returns their number, or more than there is room for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Sift(CodedQueries queries, RowBlock block, ReadOnlySpan<float> floors, Span<(int Row, int Query)> survivors)
    {
        // A register may reach beyond the last lane.
        var dots = stackalloc int[ICodeTile.Rows * TTile.Queries + Vector512<int>.Count];
        var thresholds = ArrayPool<float>.Shared.Rent(queries.Lanes + Vector512<int>.Count);
        floors.CopyTo(thresholds);
        var found = 0;
        // As in BatchScan: a group of rows stays in the first-level cache while the panels pass.
        for (var row = 0; row < block.Count && found <= survivors.Length; row += ICodeTile.Rows)
        {
            var here = Math.Min(ICodeTile.Rows, block.Count - row);
            for (int query = 0, width; query < queries.Lanes; query += width)
            {
                width = queries.Width(query, TTile.Queries);
                TTile.Multiply(width, queries.Panels + (long)query * queries.Components, queries.Offsets + query, block.Codes + (long)row * block.Stride, block.Stride, queries.Components, dots);
                found = Select(queries, block, dots, row, here, query, width, thresholds, survivors, found);
            }
        }

        ArrayPool<float>.Shared.Return(thresholds);
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Select(CodedQueries queries, RowBlock block, int* dots, int row, int rows, int query, int width, float[] thresholds, Span<(int Row, int Query)> survivors, int found)
    {
        for (var lane = 0; lane < width; lane += Vector512<int>.Count)
        {
            var (step, error, norm) = (Vector512.Load(queries.Steps + query + lane), Vector512.Load(queries.Errors + query + lane), Vector512.Load(queries.Norms + query + lane));
            var threshold = Vector512.LoadUnsafe(ref thresholds[query + lane]);
            // Lanes beyond the panel belong to the next row, those beyond the last query are padding.
            var lanes = (1UL << Math.Clamp(Math.Min(width, queries.Count - query) - lane, 0, Vector512<int>.Count)) - 1;
            for (var i = 0; i < rows; i++)
            {
                var slack = Vector512.MultiplyAddEstimate(norm, Vector512.Create(block.Errors[row + i]), error * block.Norms[row + i]);
                var upper = Vector512.MultiplyAddEstimate(Vector512.ConvertToSingle(Vector512.Load(dots + i * width + lane)), step * block.Scales[row + i], slack);
                // Rows below the threshold drop out; a NaN bound proves nothing and stays.
                var mask = ~Vector512.LessThan(upper, threshold).ExtractMostSignificantBits() & lanes;
                for (; mask != 0 && found <= survivors.Length; mask &= mask - 1, found++)
                {
                    if (found < survivors.Length)
                        survivors[found] = (row + i, query + lane + BitOperations.TrailingZeroCount(mask));
                }
            }
        }

        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rescore(CodedQueries queries, RowBlock block, Span<TopK> best, ReadOnlySpan<(int Row, int Query)> pairs)
    {
        float** left = stackalloc float*[PairProducts.Pairs], right = stackalloc float*[PairProducts.Pairs];
        var scores = stackalloc float[PairProducts.Pairs];
        for (var i = 0; i < pairs.Length; i += PairProducts.Pairs)
        {
            for (var j = 0; j < PairProducts.Pairs; j++)
            {
                var (row, query) = pairs[Math.Min(i + j, pairs.Length - 1)];
                left[j] = block.Row(row);
                right[j] = queries.Rows + (long)query * queries.Stride;
            }

            PairProducts.Multiply(left, right, queries.Dimensions, scores);
            for (var j = i; j < Math.Min(i + PairProducts.Pairs, pairs.Length); j++)
                best[pairs[j].Query].Add(scores[j - i], block.First + pairs[j].Row);
        }
    }
}
