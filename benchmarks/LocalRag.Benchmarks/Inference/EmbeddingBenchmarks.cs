using BenchmarkDotNet.Attributes;
using LocalRag.Connectors.SentenceTransformers;

namespace LocalRag.Benchmarks.Inference;

/// <summary>A corpus of mixed lengths: token-budget batches, batches in order of arrival, and the graph alone on the same ideal batches.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class EmbeddingBenchmarks
{
    private string[] _texts = null!;
    private BiEncoder _encoder = null!;
    private BiEncoder _arrival = null!;
    private BareSession _bare = null!;

    [Params(2048)]
    public int Texts { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _texts = InferenceCorpus.Create(Texts);
        _encoder = BiEncoder.Load(InferenceCorpus.ModelDirectory, new() { Device = "cpu" });
        _arrival = BiEncoder.Load(InferenceCorpus.ModelDirectory, new() { Device = "cpu", TokenBudget = 1 << 20 });
        _bare = new(InferenceCorpus.ModelDirectory, _texts);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _encoder.Dispose();
        _arrival.Dispose();
        _bare.Dispose();
    }

    [Benchmark(Baseline = true)]
    public float[][] TokenBudget() => _encoder.Encode(_texts);

    [Benchmark]
    public void ArrivalOrder32()
    {
        foreach (var chunk in _texts.Chunk(32))
            _arrival.Encode(chunk);
    }

    [Benchmark]
    public void OnnxRuntimeAlone() => _bare.RunAll();
}
