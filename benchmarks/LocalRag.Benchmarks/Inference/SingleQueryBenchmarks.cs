using BenchmarkDotNet.Attributes;
using LocalRag.Connectors.SentenceTransformers;

namespace LocalRag.Benchmarks.Inference;

/// <summary>One short question, beside the bare session run on the same tokens.</summary>
[MemoryDiagnoser]
public class SingleQueryBenchmarks
{
    private const string Query = "how do I register the reranker";
    private BiEncoder _encoder = null!;
    private BareSession _bare = null!;

    [GlobalSetup]
    public void Setup()
    {
        _encoder = BiEncoder.Load(InferenceCorpus.ModelDirectory, new() { Device = "cpu" });
        _bare = new(InferenceCorpus.ModelDirectory, [Query]);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _encoder.Dispose();
        _bare.Dispose();
    }

    [Benchmark]
    public float[] Encode() => _encoder.EncodeQuery(Query);

    [Benchmark(Baseline = true)]
    public void OnnxRuntimeAlone() => _bare.RunAll();
}
