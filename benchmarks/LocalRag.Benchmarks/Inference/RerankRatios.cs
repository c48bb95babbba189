using System.Diagnostics;
using System.Globalization;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Models.Mini;

namespace LocalRag.Benchmarks.Inference;

/// <summary>Reranking 50 passages of 120 tokens with the embedded cross-encoder, through <see cref="IReranker"/>, against the bare session on the same ideal batches.</summary>
internal static class RerankRatios
{
    private const int Passages = 50, PassageTokens = 120, Rounds = 20;
    private const string Query = "how do i register the reranker with the container";

    private static readonly string[] Words =
        ["the", "house", "river", "people", "light", "water", "music", "school", "green", "train", "paper", "window", "garden", "market", "winter", "table"];

    public static async Task<int> RunAsync()
    {
        var random = new Random(1);
        string[] passages = [.. Enumerable.Range(0, Passages).Select(_ => string.Join(' ', Enumerable.Range(0, PassageTokens).Select(_ => Words[random.Next(Words.Length)])))];
        using var encoder = CrossEncoder.Load(MiniModels.CrossEncoderDirectory, new() { Device = "cpu" });
        using var reranker = encoder.AsReranker();
        using var bare = new BareSession(MiniModels.CrossEncoderDirectory, tokenizer => [.. passages.Select(passage => tokenizer.EncodePair(Query, passage, encoder.MaxTokens))]);

        var (ours, alone) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await reranker.RerankAsync(Query, passages);
            ours = Math.Min(ours, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            bare.RunAll();
            alone = Math.Min(alone, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"localrag-mini-ce, {Passages} passages of {PassageTokens} tokens, best of {Rounds} rounds: {ours:0.0} ms through IReranker, {100 * alone / ours:0.0} % of the bare session's throughput ({alone:0.0} ms)"));
        return 0;
    }
}
