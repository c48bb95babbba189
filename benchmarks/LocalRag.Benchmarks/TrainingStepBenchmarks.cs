using BenchmarkDotNet.Attributes;
using LocalRag.Training.Encoder;
using LocalRag.Training.Optimization;
using LocalRag.Training.Runtime;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Benchmarks;

/// <summary>A training step beside its own matrix products run bare: localrag-mini-bi's shape, 32 pairs of 128 tokens, fp32. The aim is a ratio of 1.4 at most.</summary>
/// <remarks>In process, because TorchSharp's native library is patched in this build output where the system's libstdc++ is older.</remarks>
[InProcess]
public class TrainingStepBenchmarks
{
    private const int Rows = 32, Length = 128, Hidden = 256, Inner = 1024, Heads = 8, Layers = 4;
    private CrossEncoderNetwork _network = null!;
    private AdamWOptimizer _optimizer = null!;
    private TokenTensors _batch = null!;
    private Tensor _labels = null!;
    private Tensor[] _operands = null!;

    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.EnsureLoaded();
        _network = CrossEncoderNetwork.Load(Path.Combine(AppContext.BaseDirectory, "training", "localrag-mini-bi"), 1, seed: 0);
        _optimizer = new AdamWOptimizer(_network.Parameters, WeightDecay.Applies, 0.9, 0.999, 1e-8, 0.01);
        var random = new Random(1);
        long[] ids = [.. Enumerable.Range(0, Rows * Length).Select(_ => (long)random.Next(5, 16_000))];
        _batch = TokenTensors.Create(ids, [.. ids.Select(_ => 1L)], new long[ids.Length], Rows);
        _labels = rand(Rows);
        const int tokens = Rows * Length;
        _operands =
        [
            randn(tokens, Hidden), randn(tokens, Inner), randn(Hidden, Hidden), randn(Inner, Hidden), randn(Hidden, Inner),
            randn(Rows, Heads, Length, Hidden / Heads), randn(Rows, Heads, Length, Length),
        ];
    }

    [Benchmark(Baseline = true)]
    public void MatrixProducts()
    {
        using var noGradient = no_grad();
        var (x, y, square, up, down, heads, shares) = (_operands[0], _operands[1], _operands[2], _operands[3], _operands[4], _operands[5], _operands[6]);
        for (int layer = 0; layer < Layers; layer++)
        {
            using var scope = NewDisposeScope();
            for (int i = 0; i < 4; i++)
            {
                matmul(x, square.t());
                matmul(x, square);
                matmul(x.t(), x);
            }

            matmul(x, up.t());
            matmul(y, up);
            matmul(y.t(), x);
            matmul(y, down.t());
            matmul(x, down);
            matmul(x.t(), y);
            matmul(heads, heads.transpose(2, 3));
            matmul(heads, heads.transpose(2, 3));
            matmul(shares, heads);
            matmul(shares, heads);
            matmul(shares.transpose(2, 3), heads);
            matmul(shares.transpose(2, 3), heads);
        }
    }

    [Benchmark]
    public double Step()
    {
        using var scope = NewDisposeScope();
        var loss = F.binary_cross_entropy_with_logits(_network.Forward(_batch, training: true).view(-1), _labels);
        loss.backward();
        _optimizer.Step(1e-5);
        _network.Parameters.ClearGradients();
        return loss.item<float>();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _optimizer.Dispose();
        _network.Dispose();
        _batch.Dispose();
        _labels.Dispose();
        Array.ForEach(_operands, o => o.Dispose());
    }
}
