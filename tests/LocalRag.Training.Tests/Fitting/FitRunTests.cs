using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Testing;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using LocalRag.Training.Fitting;
using TorchSharp;

namespace LocalRag.Training.Tests.Fitting;

public sealed class FitRunTests : IDisposable
{
    // With dropout, unlike the fit goldens.
    private static readonly string Source = TestFiles.Golden("models", "ce-bert-1");
    private readonly TemporaryDirectory _temporary = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [TorchFact]
    public async Task A_resumed_run_ends_with_the_weights_of_an_undisturbed_one()
    {
        float[] undisturbed = await RunAsync(Options());
        var first = Options();
        first.CheckpointPath = _temporary.File("checkpoints");
        first.CheckpointSaveSteps = 7;
        first.CheckpointSaveTotalLimit = 1;
        first.Progress = new Recorder(step => { if (step.Step == 8) throw new OperationCanceledException(); });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(first));

        var second = Options();
        second.ResumeFromCheckpoint = first.CheckpointPath;
        Assert.Equal(undisturbed, await RunAsync(second));
        Assert.Single(Directory.GetDirectories(first.CheckpointPath));
    }

    [TorchFact]
    public async Task A_checkpoint_of_other_options_is_refused()
    {
        var first = Options();
        first.CheckpointPath = _temporary.File("checkpoints");
        first.CheckpointSaveSteps = 12;
        await RunAsync(first);
        var second = Options();
        second.ResumeFromCheckpoint = first.CheckpointPath;
        second.Seed = 1;
        Assert.Contains("seed 1", (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(second))).Message);
        second.ResumeFromCheckpoint = _temporary.File("nothing");
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => RunAsync(second));
    }

    [TorchFact]
    public async Task A_loss_that_is_not_a_number_stops_with_step_and_checkpoint()
    {
        int calls = 0;
        var options = Options();
        options.CheckpointPath = _temporary.File("checkpoints");
        options.CheckpointSaveSteps = 2;
        options.Loss = CrossEncoderLoss.Custom("broken", (logits, labels) => logits.mean() * (++calls == 6 ? float.NaN : 1));
        var stop = await Assert.ThrowsAsync<TrainingDivergedException>(() => RunAsync(options));
        Assert.Equal(5, stop.Step);
        Assert.Equal(_temporary.File("checkpoints", "checkpoint-4"), stop.LastCheckpoint);
        Assert.Contains("step 5", stop.Message);
    }

    [TorchFact]
    public async Task Cancellation_is_seen_within_a_step()
    {
        using var source = new CancellationTokenSource();
        var options = Options();
        options.Loss = CrossEncoderLoss.Custom("cancelling", (logits, labels) =>
        {
            source.Cancel();
            return logits.mean();
        });
        int steps = 0;
        options.Progress = new Recorder(_ => steps++);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(options, source.Token));
        Assert.Equal(0, steps);
    }

    [TorchFact]
    public async Task No_tensor_outlives_its_step()
    {
        var options = Options();
        var live = new List<long>();
        options.Progress = new Recorder(_ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount));
        await RunAsync(options);
        // The first step makes nothing that stays either: optimizer state is managed memory.
        Assert.All(live, count => Assert.Equal(live[1], count));
    }

    [TorchFact]
    public async Task Mixed_precision_follows_the_fp32_run()
    {
        List<double> full = [], mixed = [];
        var options = Options();
        options.Progress = new Recorder(s => full.Add(s.Loss));
        await RunAsync(options);
        options = Options();
        options.UseAmp = true;
        options.Progress = new Recorder(s => mixed.Add(s.Loss));
        await RunAsync(options);
        Assert.All(full.Zip(mixed), pair => Assert.Equal(pair.First, pair.Second, 0.05));
        Assert.NotEqual(full, mixed);
    }

    [TorchFact]
    public async Task Gradient_caching_gives_the_gradient_of_one_large_batch()
    {
        List<double> whole = [], cached = [];
        foreach (var (list, loss) in new[] { (whole, CrossEncoderLoss.MultipleNegativesRanking()), (cached, CrossEncoderLoss.CachedMultipleNegativesRanking(miniBatchSize: 5)) })
        {
            var options = Options();
            options.Loss = loss;
            options.MaxSteps = 4;
            // Batches pad to their longest row: the same here, so that dropout's masks differ only by the cut into small batches.
            options.Progress = new Recorder(s => list.AddRange([s.Loss, s.GradientNorm]));
            await RunAsync(options, Token, dropout: false);
        }

        Assert.All(whole.Zip(cached), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * Math.Max(1, pair.First)));
    }

    [TorchFact]
    public async Task An_optimizer_of_torchsharp_trains_and_resumes()
    {
        CrossEncoderFitOptions With()
        {
            var options = Options();
            options.OptimizerFactory = groups => torch.optim.SGD(groups.SelectMany(g => g.Parameters), 0.1);
            return options;
        }

        float[] undisturbed = await RunAsync(With());
        var first = With();
        first.CheckpointPath = _temporary.File("sgd");
        first.CheckpointSaveSteps = 5;
        await RunAsync(first);
        var second = With();
        second.ResumeFromCheckpoint = Path.Combine(first.CheckpointPath, "checkpoint-5");
        Assert.Equal(undisturbed, await RunAsync(second));
    }

    private static CrossEncoderFitOptions Options() => new() { BatchSize = 8, LearningRate = 1e-3, MaxSteps = 12 };

    /// <summary>Trains and returns a few weights.</summary>
    private static Task<float[]> RunAsync(CrossEncoderFitOptions options) => RunAsync(options, Token);

    private static async Task<float[]> RunAsync(CrossEncoderFitOptions options, CancellationToken cancellationToken, bool dropout = true)
    {
        string source = dropout ? Source : TestFiles.Golden("fit", "bert-1");
        using var network = CrossEncoderNetwork.Load(source, null, seed: 0);
        var collator = TokenCollator.Load(ManifestReader.ReadCrossEncoder(source), network.Configuration, null);
        var loss = (options.Loss ?? CrossEncoderLoss.BinaryCrossEntropy()).Create(1, null);
        await new FitRun(network, collator, loss, TrainingExamples.Golden("bert-1"), options) { Save = _ => { } }.RunAsync(cancellationToken);
        return network.Parameters["classifier.weight"].data<float>().ToArray();
    }

    private sealed class Recorder(Action<FitProgress> report) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => report(value);
    }
}
