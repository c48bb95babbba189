namespace LocalRag.Training.Fitting;

/// <summary>How many steps a run has, and which examples belong to each.</summary>
internal sealed record FitPlan(int ExampleCount, int BatchSize, int TotalSteps, int WarmupSteps, bool Shuffle, int Seed)
{
    public int StepsPerEpoch { get; } = (ExampleCount + BatchSize - 1) / BatchSize;

    public static FitPlan Create(int exampleCount, FitOptions options)
    {
        long all = (long)options.Epochs * ((exampleCount + options.BatchSize - 1) / options.BatchSize);
        int total = (int)Math.Min(all, options.MaxSteps ?? int.MaxValue);
        int warmup = options.WarmupSteps ?? (int)Math.Ceiling(total * 0.1);
        return new(exampleCount, options.BatchSize, total, warmup, options.Shuffle, options.Seed);
    }

    /// <summary>Order of the examples in an epoch; it depends on seed and epoch only, so that a resumed run draws the same.</summary>
    public int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, ExampleCount)];
        if (Shuffle)
        {
            new Random(HashOf(epoch)).Shuffle(order);
        }

        return order;
    }

    /// <summary>What a loss draws from in a step.</summary>
    public Random RandomOf(int step) => new(HashOf(~step));

    // Not HashCode.Combine, which differs from process to process.
    private int HashOf(int value) => unchecked((Seed * 1_000_003) ^ (value * 8191));
}
