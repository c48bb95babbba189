using System.CommandLine;
using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Models.Mini;
using LocalRag.Training.Cli.Lines;

namespace LocalRag.Training.Cli.Commands;

/// <summary>What both commands take, and how it becomes options.</summary>
internal sealed class FitArguments
{
    private readonly Argument<string> _model = new("MODEL") { Description = "'mini' (the embedded bi-encoder), a directory with model.safetensors, or a hub name." };
    private readonly Option<FileInfo> _data = new("--data") { Description = "JSON Lines with \"texts\" and \"label\" (a number, or a list of numbers).", Required = true };
    private readonly Option<DirectoryInfo> _output = new("--output") { Description = "Directory of the trained model. An older model there is replaced when the new one is complete.", Required = true };
    private readonly Option<int> _batchSize = new("--batch-size") { Description = "Examples in a step.", DefaultValueFactory = _ => 16 };
    private readonly Option<int> _epochs = new("--epochs") { Description = "Passes over the data.", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> _maxSteps = new("--max-steps") { Description = "Stop after so many steps. Default: all epochs." };
    private readonly Option<double> _rate = new("--lr") { Description = "Peak learning rate.", DefaultValueFactory = _ => 2e-5 };
    private readonly Option<int?> _warmup = new("--warmup-steps") { Description = "Steps over which the rate rises. Default: 10 % of all." };
    private readonly Option<string> _scheduler = new("--scheduler") { Description = "How the rate moves.", DefaultValueFactory = _ => "warmuplinear" };
    private readonly Option<double> _decay = new("--weight-decay") { Description = "Weight decay, except for biases and layer norms.", DefaultValueFactory = _ => 0.01 };
    private readonly Option<double> _norm = new("--max-grad-norm") { Description = "Length to which gradients are clipped.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _loss = new("--loss");
    private readonly Option<bool> _noShuffle = new("--no-shuffle") { Description = "Keep the order of the file." };
    private readonly Option<int> _seed = new("--seed") { Description = "Decides order, dropout and new layers.", DefaultValueFactory = _ => 42 };
    private readonly Option<int?> _maxLength = new("--max-length") { Description = "Longest input in tokens. Default: the model's." };
    private readonly Option<bool> _bf16 = new("--bf16") { Description = "Mixed precision: bf16 products, fp32 weights." };
    private readonly Option<int?> _threads = new("--threads") { Description = "Threads of the matrix products." };
    private readonly Option<FileInfo?> _trace = new("--trace") { Description = "Write {\"step\", \"lr\", \"loss\", \"grad_norm\"} of every step to this file." };
    private readonly Option<DirectoryInfo?> _checkpoints = new("--checkpoints") { Description = "Directory for checkpoints." };
    private readonly Option<int> _checkpointSteps = new("--checkpoint-steps") { Description = "Steps between checkpoints.", DefaultValueFactory = _ => 500 };
    private readonly Option<DirectoryInfo?> _resume = new("--resume") { Description = "Go on from a checkpoint, or from the newest in this directory." };

    private static readonly Dictionary<string, LearningRateSchedule> Schedules = new(StringComparer.OrdinalIgnoreCase)
    {
        ["constantlr"] = LearningRateSchedule.Constant,
        ["warmupconstant"] = LearningRateSchedule.WarmupConstant,
        ["warmuplinear"] = LearningRateSchedule.WarmupLinear,
        ["warmupcosine"] = LearningRateSchedule.WarmupCosine,
        ["warmupcosinewithhardrestarts"] = LearningRateSchedule.WarmupCosineWithHardRestarts,
    };

    public FitArguments(Command command, params IReadOnlyCollection<string> losses)
    {
        _loss.Description = $"One of {string.Join(", ", losses)}.";
        _loss.AcceptOnlyFromAmong([.. losses]);
        _scheduler.AcceptOnlyFromAmong([.. Schedules.Keys]);
        command.Arguments.Add(_model);
        foreach (var option in (Option[])
                 [
                     _data, _output, _batchSize, _epochs, _maxSteps, _rate, _warmup, _scheduler, _decay, _norm, _loss, _noShuffle, _seed, _maxLength,
                     _bf16, _threads, _trace, _checkpoints, _checkpointSteps, _resume,
                 ])
        {
            command.Options.Add(option);
        }
    }

    public string? Loss(ParseResult result) => result.GetValue(_loss);

    public IEnumerable<InputExample> Examples(ParseResult result) => ExampleFile.Read(result.GetValue(_data)!.FullName);

    /// <summary>The model's local directory.</summary>
    public async Task<string> ModelDirectoryAsync(ParseResult result, ModelKind kind, CancellationToken cancellationToken)
    {
        string model = result.GetValue(_model)!;
        return model == MiniModels.Name
            ? MiniModels.BiEncoderDirectory
            : await ModelLocator.ResolveAsync(model, null, new() { ForTraining = true }, kind, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fills options, runs, and reports progress to the trace file and the terminal.</summary>
    public async Task RunAsync<TOptions>(ParseResult result, TOptions options, TextWriter error, bool showProgress, Func<TOptions, Task> train)
        where TOptions : FitOptions
    {
        using var trace = result.GetValue(_trace) is { } file ? new TraceFile(file.FullName) : null;
        var bar = showProgress ? new ProgressLine(error) : null;
        options.BatchSize = result.GetValue(_batchSize);
        options.Epochs = result.GetValue(_epochs);
        options.MaxSteps = result.GetValue(_maxSteps);
        options.LearningRate = result.GetValue(_rate);
        options.WarmupSteps = result.GetValue(_warmup);
        options.Scheduler = Schedules[result.GetValue(_scheduler)!];
        options.WeightDecay = result.GetValue(_decay);
        options.MaxGradNorm = result.GetValue(_norm);
        options.Shuffle = !result.GetValue(_noShuffle);
        options.Seed = result.GetValue(_seed);
        options.MaxLength = result.GetValue(_maxLength);
        options.UseAmp = result.GetValue(_bf16);
        options.Threads = result.GetValue(_threads);
        options.OutputPath = result.GetValue(_output)!.FullName;
        options.CheckpointPath = result.GetValue(_checkpoints)?.FullName;
        options.CheckpointSaveSteps = result.GetValue(_checkpointSteps);
        options.ResumeFromCheckpoint = result.GetValue(_resume)?.FullName;
        options.Progress = new StepReport(step =>
        {
            trace?.Write(step);
            bar?.Write(step);
        });
        await train(options).ConfigureAwait(false);
        bar?.End();
        await error.WriteLineAsync($"Saved to {options.OutputPath}").ConfigureAwait(false);
    }

    private sealed class StepReport(Action<FitProgress> report) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => report(value);
    }
}
