using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using LocalRag.Connectors.SentenceTransformers;

namespace LocalRag.Benchmarks.Inference;

/// <summary>Quick ratios of one run, for machines whose absolute times mean little: the contenders take turns and the best round of each counts.</summary>
internal static class InferenceRatios
{
    // Processor time ignores the waiting that other programs cause, and the idle cores that one's own design causes: only for crowded machines.
    private static bool CountsProcessorTime { get; set; }

    /// <summary><c>[texts] [--cpu]</c>: how many texts, and whether processor time counts.</summary>
    public static int Run(string[] args)
    {
        const int Rounds = 5;
        var processorTime = args.Contains("--cpu");
        var textCount = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var texts) ? texts : 256;
        Compare(textCount, Rounds, processorTime);
        return 0;
    }

    private static void Compare(int textCount, int rounds, bool processorTime)
    {
        CountsProcessorTime = processorTime;
        var directory = InferenceCorpus.ModelDirectory;
        var texts = InferenceCorpus.Create(textCount);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(directory)}, {textCount} texts of log-normal length, best of {rounds} rounds by {(processorTime ? "processor" : "wall-clock")} time, {Environment.ProcessorCount} processors"));
        using var encoder = BiEncoder.Load(directory, new() { Device = "cpu" });
        using var arrival = BiEncoder.Load(directory, new() { Device = "cpu", TokenBudget = 1 << 20 });
        using var bare = new BareSession(directory, texts);
        const string Query = "how do I register the reranker";
        using var bareQuery = new BareSession(directory, [Query]);

        var (budget, order, ideal) = (double.MaxValue, double.MaxValue, double.MaxValue);
        for (var round = 0; round < rounds; round++)
        {
            budget = Math.Min(budget, Seconds(() => encoder.Encode(texts)));
            ideal = Math.Min(ideal, Seconds(bare.RunAll));
            // The slow one sets no record in later rounds that the first did not show.
            if (round < 2)
                order = Math.Min(order, Seconds(() =>
                {
                    foreach (var chunk in texts.Chunk(32))
                        arrival.Encode(chunk);
                }));
        }

        Print("token-budget batches against arrival-order batches of 32", order / budget, "x faster");
        Print("of what ONNX Runtime alone does on the same ideal batches", 100 * ideal / budget, "%");

        foreach (var tokens in new[] { 128, 256, 1024, 2048 })
        {
            using var other = BiEncoder.Load(directory, new() { Device = "cpu", TokenBudget = tokens });
            var (mine, theirs) = (double.MaxValue, double.MaxValue);
            for (var round = 0; round < rounds; round++)
            {
                theirs = Math.Min(theirs, Seconds(() => other.Encode(texts)));
                mine = Math.Min(mine, Seconds(() => encoder.Encode(texts)));
            }

            Print(string.Create(CultureInfo.InvariantCulture, $"a budget of {tokens} padded tokens against the default of 512"), theirs / mine, "x the time");
        }

        var (single, run) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < 300; round++)
        {
            single = Math.Min(single, Seconds(() => encoder.Encode(Query)));
            run = Math.Min(run, Seconds(bareQuery.RunAll));
        }

        Print(string.Create(CultureInfo.InvariantCulture, $"one short query ({single * 1e6:0} microseconds) over the bare session run ({run * 1e6:0})"), 100 * (single / run - 1), "%");

        using var alone = BiEncoder.Load(directory, new() { Device = "cpu", BatchIndependent = true });
        var sample = texts[..Math.Min(64, texts.Length)];
        var together = encoder.Encode(sample);
        var one = Array.Empty<float[]>();
        var slow = Seconds(() => one = alone.Encode(sample));
        var fast = Seconds(() => encoder.Encode(sample));
        Print("lowest cosine of a batched vector with that of the same text alone", together.Zip(one).Min(pair => TensorPrimitives.CosineSimilarity(pair.First, pair.Second)), "");
        Print("BatchIndependent against token-budget batches", slow / fast, "x slower");
    }

    private static double Seconds(Action action)
    {
        if (CountsProcessorTime)
        {
            var before = Environment.CpuUsage.TotalTime;
            action();
            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }

        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Print(string what, double value, string unit) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value,10:0.00000} {unit}  {what}"));
}
