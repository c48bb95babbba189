namespace LocalRag.Benchmarks.Inference;

/// <summary>Texts whose token counts are log-normal, as those of real corpora are: median 48 tokens, sigma 1, clipped to 4 and 256.</summary>
internal static class InferenceCorpus
{
    // Every one of these is a single token of the BERT vocabulary.
    private static readonly string[] Words =
        ["the", "house", "river", "people", "light", "water", "music", "school", "green", "train", "paper", "window", "garden", "market", "winter", "table"];

    public static string ModelDirectory { get; } =
        Environment.GetEnvironmentVariable("LOCALRAG_TEST_MINILM") is { Length: > 0 } path ? path : Path.Combine(AppContext.BaseDirectory, "models", "localrag-mini-bi");

    public static string[] Create(int count, int seed = 1)
    {
        var random = new Random(seed);
        var texts = new string[count];
        for (var i = 0; i < count; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var tokens = (int)Math.Clamp(48 * Math.Exp(normal), 4, 256);
            texts[i] = string.Join(' ', Enumerable.Range(0, tokens - 2).Select(_ => Words[random.Next(Words.Length)]));
        }

        return texts;
    }
}
