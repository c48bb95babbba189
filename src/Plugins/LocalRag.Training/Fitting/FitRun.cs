using System.Diagnostics;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using LocalRag.Training.Evaluators;
using LocalRag.Training.Losses;
using LocalRag.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LocalRag.Training.Fitting;

/// <summary>The training loop of sentence-transformers' fit, over any network and loss.</summary>
internal sealed class FitRun
{
    private readonly ITrainableNetwork _network;
    private readonly FitOptions _options;
    private readonly IReadOnlyList<InputExample> _examples;
    private readonly FitPlan _plan;
    private readonly GradientStep _gradient;
    private readonly List<EvaluationResult> _evaluations = [];
    private double? _bestScore;
    private bool _saved;
    private string? _lastCheckpoint;
    private double _firstLoss = double.NaN;
    private double _lastLoss = double.NaN;

    public FitRun(ITrainableNetwork network, TokenCollator collator, LossFunction loss, IReadOnlyList<InputExample> examples, FitOptions options)
    {
        (_network, _options, _examples) = (network, options, examples);
        _plan = FitPlan.Create(examples.Count, options);
        _gradient = new GradientStep(network, collator, loss);
        network.Encoder.ComputeType = options.UseAmp ? ScalarType.BFloat16 : ScalarType.Float32;
    }

    /// <summary>Measures the network; null where there is no evaluator.</summary>
    public Func<EvaluationMoment, CancellationToken, Task<(double Score, IReadOnlyDictionary<string, double> Metrics)>>? Evaluate { get; init; }

    /// <summary>Writes the model directory.</summary>
    public required Action<FitReport> Save { get; init; }

    /// <summary>
    /// Runs on a thread of its own from start to end: dispose scopes, gradient mode and OpenMP's team belong to a thread, so the
    /// evaluator is waited for instead of awaited.
    /// </summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Run(cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken cancellationToken)
    {
        if (_options.Threads is { } threads)
        {
            set_num_threads(threads);
        }

        var watch = Stopwatch.StartNew();
        using var optimizer = CreateOptimizer();
        int done = 0;
        if (_options.ResumeFromCheckpoint is { } checkpoint)
        {
            var state = Checkpoints.Load(checkpoint, _network, optimizer, _plan);
            (done, _bestScore, _firstLoss) = (state.Step, state.BestScore, state.FirstLoss);
            _saved = _bestScore is not null && _options.OutputPath is { } output && File.Exists(Path.Combine(output, EncoderWeights.FileName));
        }

        int[] order = [];
        while (done < _plan.TotalSteps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int epoch = done / _plan.StepsPerEpoch, stepOfEpoch = done % _plan.StepsPerEpoch;
            if (stepOfEpoch == 0 || order.Length == 0)
            {
                order = _plan.Order(epoch);
            }

            Step(optimizer, done, epoch, order, cancellationToken);
            done++;
            bool endsEpoch = stepOfEpoch + 1 == _plan.StepsPerEpoch || done == _plan.TotalSteps;
            if (_options.EvaluationSteps > 0 && (stepOfEpoch + 1) % _options.EvaluationSteps == 0)
            {
                Measure(epoch, stepOfEpoch + 1, done, watch, cancellationToken);
            }

            if (endsEpoch)
            {
                Measure(epoch, -1, done, watch, cancellationToken);
            }

            // After the evaluation, so that a resumed run does not miss it.
            if (_options.CheckpointPath is { } root && done % _options.CheckpointSaveSteps == 0)
            {
                _lastCheckpoint = Checkpoints.Save(root, _options.CheckpointSaveTotalLimit, _network, optimizer, new(
                    done, _plan.TotalSteps, _plan.ExampleCount, _plan.BatchSize, _plan.Seed, _plan.Shuffle, _bestScore, _firstLoss));
            }
        }

        if (Evaluate is null || !_options.SaveBestModel || !_saved)
        {
            Save(Report(done, watch));
        }
    }

    private void Step(IStepOptimizer optimizer, int step, int epoch, int[] order, CancellationToken cancellationToken)
    {
        int start = step % _plan.StepsPerEpoch * _plan.BatchSize;
        InputExample[] batch = [.. order.Skip(start).Take(_plan.BatchSize).Select(i => _examples[i])];
        double rate = _options.LearningRate * ScheduleMath.Factor(_options.Scheduler, step, _plan.WarmupSteps, _plan.TotalSteps);
        _network.Encoder.Dropout.Begin(_plan.Seed, step);
        try
        {
            double loss = _gradient.Compute(batch, _plan.RandomOf(step), cancellationToken);
            double norm = double.IsFinite(loss) ? _gradient.ClipGradients(_options.MaxGradNorm) : 0;
            if (!double.IsFinite(loss) || !double.IsFinite(norm))
            {
                throw new TrainingDivergedException(step, _lastCheckpoint,
                    $"Training stopped at step {step}: the {(double.IsFinite(loss) ? $"gradient's length is {norm}" : $"loss is {loss}")}. No weight was changed by this step. " +
                    $"{(_lastCheckpoint is null ? "There is no checkpoint; set CheckpointPath to have one" : $"The last good checkpoint is '{_lastCheckpoint}'")}. Lower the learning rate or look for broken examples.");
            }

            cancellationToken.ThrowIfCancellationRequested();
            optimizer.Step(rate);
            _firstLoss = double.IsNaN(_firstLoss) ? loss : _firstLoss;
            _lastLoss = loss;
            _options.Progress?.Report(new(step, _plan.TotalSteps, epoch, rate, loss, norm));
        }
        finally
        {
            _network.Parameters.ClearGradients();
        }
    }

    private void Measure(int epoch, int steps, int done, Stopwatch watch, CancellationToken cancellationToken)
    {
        if (Evaluate is null)
        {
            return;
        }

        var (score, metrics) = Evaluate(new(_options.OutputPath, epoch, steps), cancellationToken).GetAwaiter().GetResult();
        bool best = _bestScore is null || score > _bestScore;
        var result = new EvaluationResult(score, epoch, steps, metrics, best);
        _evaluations.Add(result);
        _options.Callback?.Invoke(result);
        if (best)
        {
            _bestScore = score;
            if (_options.SaveBestModel)
            {
                Save(Report(done, watch));
                _saved = true;
            }
        }
    }

    private FitReport Report(int done, Stopwatch watch) => new(done, _examples.Count, _firstLoss, _lastLoss, watch.Elapsed, [.. _evaluations]);

    private IStepOptimizer CreateOptimizer()
    {
        if (_options.OptimizerFactory is not { } factory)
        {
            return new AdamWOptimizer(_network.Parameters, WeightDecay.Applies, _options.AdamBeta1, _options.AdamBeta2, _options.AdamEpsilon, _options.WeightDecay);
        }

        var groups = _network.Parameters.All.ToLookup(p => WeightDecay.Applies(p.Key), p => p.Value);
        return new TorchOptimizer(factory([new((Parameter[])[.. groups[true]], _options.WeightDecay), new((Parameter[])[.. groups[false]], 0)]));
    }
}
