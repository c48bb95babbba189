namespace LocalRag.Connectors.InMemory.Tests.Search;

/// <summary>Repeatable vectors.</summary>
internal static class TestVectors
{
    /// <summary>Vectors that provoke trouble: duplicates, zeros, outliers, many equal components.</summary>
    public static float[][] Rough(int rows, int dimensions, int seed)
    {
        var random = new Random(seed);
        var vectors = new float[rows][];
        for (var i = 0; i < rows; i++)
        {
            vectors[i] = random.Next(10) switch
            {
                0 when i > 0 => vectors[random.Next(i)],
                1 => new float[dimensions],
                2 => Fill(_ => random.Next(3) - 1),
                3 => Fill(d => d == 0 ? 100 : (float)random.NextDouble()),
                4 => Fill(_ => (float)(random.NextDouble() * 1e-6)),
                _ => Fill(_ => (float)(random.NextDouble() * 2 - 1)),
            };
        }

        return vectors;

        float[] Fill(Func<int, float> value) => [.. Enumerable.Range(0, dimensions).Select(value)];
    }

    public static float[][] Unit(int rows, int dimensions, int seed)
    {
        var random = new Random(seed);
        var vectors = new float[rows][];
        for (var i = 0; i < rows; i++)
        {
            vectors[i] = [.. Enumerable.Range(0, dimensions).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))];
            VectorSimilarity.Normalize(vectors[i]);
        }

        return vectors;
    }
}
