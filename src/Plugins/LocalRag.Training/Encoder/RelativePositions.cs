namespace LocalRag.Training.Encoder;

/// <summary>MPNet's buckets of relative positions: the T5 formula, both directions, distances from 128 on in the last bucket.</summary>
internal static class RelativePositions
{
    private const int MaxDistance = 128;

    /// <summary>Bucket of every (query, key) pair, row-major [length, length].</summary>
    public static long[] Buckets(int length, int bucketCount)
    {
        long[] byOffset = [.. Enumerable.Range(1 - length, Math.Max(0, (2 * length) - 1)).Select(offset => Bucket(offset, bucketCount))];
        long[] buckets = new long[length * length];
        for (int query = 0; query < length; query++)
        {
            for (int key = 0; key < length; key++)
            {
                buckets[(query * length) + key] = byOffset[key - query + length - 1];
            }
        }

        return buckets;
    }

    /// <summary>Half of the buckets is for keys behind the query; of each half, half is exact and half logarithmic.</summary>
    internal static long Bucket(int keyMinusQuery, int bucketCount)
    {
        int half = bucketCount / 2;
        int exact = half / 2;
        int distance = Math.Abs(keyMinusQuery);
        // fp32 on purpose: the reference computes the logarithm so, and its truncation decides borders.
        int bucket = distance < exact
            ? distance
            : Math.Min(half - 1, exact + (int)(MathF.Log((float)distance / exact) / (float)Math.Log((double)MaxDistance / exact) * (half - exact)));
        return keyMinusQuery > 0 ? half + bucket : bucket;
    }
}
