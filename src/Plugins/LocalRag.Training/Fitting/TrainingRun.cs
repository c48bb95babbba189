using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using LocalRag.Training.Evaluators;
using LocalRag.Training.Losses;
using LocalRag.Training.Runtime;
using LocalRag.Training.Saving;

namespace LocalRag.Training.Fitting;

/// <summary>A run from the directory of a model to that of the trained one. The kinds of models differ in what the properties say.</summary>
/// <param name="kind">Stands in the name of the directory that is made where none is asked for.</param>
/// <param name="settings">A copy of the caller's options; gets the path of the result.</param>
internal sealed class TrainingRun<TNetwork>(string kind, FitOptions settings)
    where TNetwork : ITrainableNetwork
{
    public required Func<string, ModelManifest> Read { get; init; }

    public required Func<ModelManifest, TNetwork> Load { get; init; }

    public required Func<TNetwork, LossFunction> Loss { get; init; }

    /// <summary>Writes the directory of the trained model.</summary>
    public required Action<Trainee<TNetwork>, string, FitReport> Save { get; init; }

    /// <summary>Measures the network; null where there is no evaluator.</summary>
    public required Func<Trainee<TNetwork>, EvaluationMoment, CancellationToken, Task<(double Score, IReadOnlyDictionary<string, double> Metrics)>>? Evaluate { get; init; }

    /// <summary>Trains and saves, and returns the directory of the result.</summary>
    public async Task<string> RunAsync(string modelDirectory, IEnumerable<InputExample> examples, CancellationToken cancellationToken)
    {
        string output = settings.OutputPath ??= Directory.CreateTempSubdirectory($"localrag-{kind}-").FullName;
        TorchRuntime.EnsureLoaded();
        AtomicDirectory.CheckTarget(output, modelDirectory);
        var manifest = Read(modelDirectory);
        using var network = Load(manifest);
        var loss = Loss(network);
        var data = TrainingData.Load(examples, loss, cancellationToken);
        var collator = TokenCollator.Load(manifest, network.Configuration, settings.MaxLength);
        var trainee = new Trainee<TNetwork>(manifest, network, collator, loss);
        var run = new FitRun(network, collator, loss, data, settings)
        {
            Save = report => Save(trainee, output, report),
            Evaluate = Evaluate is not { } evaluate ? null : (moment, token) => evaluate(trainee, moment, token),
        };
        await run.RunAsync(cancellationToken).ConfigureAwait(false);
        return output;
    }
}
