using System.Diagnostics;
using System.Globalization;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Benchmarks.Tokenization;

/// <summary>The quick form of <see cref="TokenizerBenchmark"/>: MB/s side by side, rounds interleaved so that a busy machine disturbs all alike.</summary>
internal static class TokenizerRatios
{
    private const int Megabytes = 10, Rounds = 5;

    public static int Run()
    {
        var text = EnglishText.Make(Megabytes * 1_000_000);
        var documents = EnglishText.Documents();
        var documentMegabytes = documents.Sum(d => d.Length) / 1e6;
        var peer = EnglishText.LoadPeer();
        var bert = TextTokenizer.Load(EnglishText.Golden("tokenizer"));
        var runs = new List<(string Name, double Megabytes, Func<int> Count)>
        {
            ("Microsoft.ML.Tokenizers BertTokenizer, one text", Megabytes, () => peer.EncodeToIds(text).Count),
            ("WordPiece, one text", Megabytes, () => bert.Encode(text).Ids.Length),
            ("Microsoft.ML.Tokenizers BertTokenizer, documents", documentMegabytes, () => documents.Sum(d => peer.EncodeToIds(d).Count)),
            ("WordPiece, documents", documentMegabytes, () => documents.Sum(d => bert.Encode(d).Ids.Length)),
        };
        foreach (var family in new[] { "roberta", "modernbert", "qwen", "xlm-roberta", "gemma" })
        {
            var tokenizer = TextTokenizer.Load(EnglishText.Golden("tokenizers/" + family));
            runs.Add((family + ", one text", Megabytes, () => tokenizer.Encode(text).Ids.Length));
        }

        var best = new double[runs.Count];
        Array.Fill(best, double.MaxValue);
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < runs.Count; i++)
            {
                var start = Stopwatch.GetTimestamp();
                runs[i].Count();
                if (round > 0)
                    best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        for (var i = 0; i < runs.Count; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs[i].Name,-52}{runs[i].Megabytes / best[i],8:F1} MB/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"WordPiece over BertTokenizer: {best[0] / best[1]:F1}x on one text, {best[2] / best[3]:F1}x on documents"));
        return 0;
    }
}
