using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Training.Encoder;
using LocalRag.Training.Evaluators;
using LocalRag.Training.Fitting;
using LocalRag.Training.Saving;

namespace LocalRag.Training;

/// <summary>Trains cross-encoders.</summary>
/// <remarks>
/// Training occupies the whole processor; run one at a time. <see cref="FitOptions.Threads"/> is TorchSharp's setting for the whole process.
/// </remarks>
public static class CrossEncoderTraining
{
    /// <summary>Trains a copy of a cross-encoder from the <c>model.safetensors</c> of its directory, saves it and loads the result.</summary>
    /// <param name="encoder">The model to start from; it stays as it was.</param>
    /// <param name="examples">The training data, read once into memory.</param>
    /// <param name="options">Parameters; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops within a step; nothing is saved then but the checkpoints already written.</param>
    /// <returns>The trained model, loaded from <see cref="FitOptions.OutputPath"/>; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There are no examples, or one does not fit the loss, or an option is out of range.</exception>
    /// <exception cref="InvalidDataException">The model has no safetensors file or is of a type that cannot be trained.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradient was not finite.</exception>
    /// <exception cref="PlatformNotSupportedException">TorchSharp does not load on this system.</exception>
    public static Task<CrossEncoder> FitAsync(
        this CrossEncoder encoder, IEnumerable<InputExample> examples, CrossEncoderFitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return FitDirectoryAsync(encoder.Directory, examples, options, cancellationToken);
    }

    /// <summary>Trains a cross-encoder from a model directory: a cross-encoder's, or that of a bare or bi-encoder, which gets a new classification head.</summary>
    /// <param name="modelDirectory">Directory with config.json, tokenizer and <c>model.safetensors</c>; ONNX is not needed.</param>
    /// <param name="examples">The training data, read once into memory.</param>
    /// <param name="options">Parameters; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops within a step; nothing is saved then but the checkpoints already written.</param>
    /// <returns>The trained model, loaded from <see cref="FitOptions.OutputPath"/>; the caller disposes it.</returns>
    /// <inheritdoc cref="FitAsync(CrossEncoder, IEnumerable{InputExample}, CrossEncoderFitOptions?, CancellationToken)" path="/exception"/>
    public static async Task<CrossEncoder> FitDirectoryAsync(
        string modelDirectory, IEnumerable<InputExample> examples, CrossEncoderFitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelDirectory);
        ArgumentNullException.ThrowIfNull(examples);
        var settings = (options ?? new()).Validate();
        string trained = await Run(modelDirectory, settings).RunAsync(modelDirectory, examples, cancellationToken).ConfigureAwait(false);
        return await CrossEncoder.LoadAsync(trained, new() { MaxTokens = settings.MaxLength }, cancellationToken).ConfigureAwait(false);
    }

    private static TrainingRun<CrossEncoderNetwork> Run(string modelDirectory, CrossEncoderFitOptions settings) => new("cross-encoder", settings)
    {
        Read = ManifestReader.ReadCrossEncoder,
        Load = manifest => CrossEncoderNetwork.Load(manifest.Directory, settings.LabelCount, settings.Seed, settings.ClassifierDropout),
        Loss = network =>
        {
            var loss = settings.Loss ?? (network.LabelCount == 1 ? CrossEncoderLoss.BinaryCrossEntropy() : CrossEncoderLoss.CrossEntropy());
            return !loss.OneLabel || network.LabelCount == 1
                ? loss.Create(network.LabelCount, settings.Activation)
                : throw new ArgumentException($"This loss needs a model of one label, '{modelDirectory}' has {network.LabelCount}. Use CrossEncoderLoss.CrossEntropy.", nameof(settings));
        },
        Save = (trainee, path, report) => new CrossEncoderDirectory(trainee).Write(path, settings, report),
        Evaluate = settings.Evaluator is not { } evaluator ? null : async (trainee, moment, token) =>
        {
            var scorer = new NetworkPairScorer(trainee.Network, trainee.Collator, new CrossEncoderDirectory(trainee).Activation);
            var metrics = await evaluator.EvaluateAsync(scorer, moment, token).ConfigureAwait(false);
            return (metrics[evaluator.PrimaryMetric], metrics);
        },
    };
}
