using BenchmarkDotNet.Attributes;
using LocalRag.Connectors.SentenceTransformers.Tokenization;
using Microsoft.ML.Tokenizers;

namespace LocalRag.Benchmarks.Tokenization;

/// <summary>WordPiece on English, beside Microsoft.ML.Tokenizers, and the other model families; one thread, megabytes of the Cranfield abstracts.</summary>
/// <remarks><c>dotnet run -c Release --project benchmarks/LocalRag.Benchmarks -- ratios tokenizers</c> prints the same as MB/s in a few seconds.</remarks>
[MemoryDiagnoser]
public class TokenizerBenchmark
{
    private string _text = "";
    private BertTokenizer _peer = null!;
    private TextTokenizer _bert = null!, _roberta = null!, _qwen = null!, _xlmRoberta = null!, _gemma = null!;

    [GlobalSetup]
    public void Setup()
    {
        _text = EnglishText.Make(10_000_000);
        _peer = EnglishText.LoadPeer();
        _bert = TextTokenizer.Load(EnglishText.Golden("tokenizer"));
        _roberta = TextTokenizer.Load(EnglishText.Golden("tokenizers/roberta"));
        _qwen = TextTokenizer.Load(EnglishText.Golden("tokenizers/qwen"));
        _xlmRoberta = TextTokenizer.Load(EnglishText.Golden("tokenizers/xlm-roberta"));
        _gemma = TextTokenizer.Load(EnglishText.Golden("tokenizers/gemma"));
    }

    [Benchmark(Baseline = true)]
    public int MicrosoftBertTokenizer() => _peer.EncodeToIds(_text).Count;

    [Benchmark]
    public int WordPiece() => _bert.Encode(_text).Ids.Length;

    [Benchmark]
    public int ByteLevelBpe() => _roberta.Encode(_text).Ids.Length;

    [Benchmark]
    public int QwenPattern() => _qwen.Encode(_text).Ids.Length;

    [Benchmark]
    public int Unigram() => _xlmRoberta.Encode(_text).Ids.Length;

    [Benchmark]
    public int ByteFallbackBpe() => _gemma.Encode(_text).Ids.Length;
}
