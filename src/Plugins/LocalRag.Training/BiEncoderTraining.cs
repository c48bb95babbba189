using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Training.Encoder;
using LocalRag.Training.Evaluators;
using LocalRag.Training.Fitting;
using LocalRag.Training.Saving;

namespace LocalRag.Training;

/// <summary>Trains bi-encoders.</summary>
/// <remarks>
/// Training occupies the whole processor; run one at a time. <see cref="FitOptions.Threads"/> is TorchSharp's setting for the whole process.
/// Prompts are not added to the examples; write them into the texts where the model expects them.
/// </remarks>
public static class BiEncoderTraining
{
    /// <summary>Trains a copy of a bi-encoder from the <c>model.safetensors</c> of its directory, saves it and loads the result.</summary>
    /// <param name="encoder">The model to start from; it stays as it was.</param>
    /// <param name="examples">The training data, read once into memory.</param>
    /// <param name="options">Parameters; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops within a step; nothing is saved then but the checkpoints already written.</param>
    /// <returns>The trained model, loaded from <see cref="FitOptions.OutputPath"/>; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There are no examples, or one does not fit the loss, or an option is out of range.</exception>
    /// <exception cref="InvalidDataException">The model has no safetensors file or is of a type that cannot be trained.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradient was not finite.</exception>
    /// <exception cref="PlatformNotSupportedException">TorchSharp does not load on this system.</exception>
    public static Task<BiEncoder> FitAsync(
        this BiEncoder encoder, IEnumerable<InputExample> examples, BiEncoderFitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return FitDirectoryAsync(encoder.Directory, examples, options, cancellationToken);
    }

    /// <summary>Trains a bi-encoder from a model directory; a bare encoder's gets mean pooling.</summary>
    /// <param name="modelDirectory">Directory with config.json, tokenizer and <c>model.safetensors</c>; ONNX is not needed.</param>
    /// <param name="examples">The training data, read once into memory.</param>
    /// <param name="options">Parameters; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops within a step; nothing is saved then but the checkpoints already written.</param>
    /// <returns>The trained model, loaded from <see cref="FitOptions.OutputPath"/>; the caller disposes it.</returns>
    /// <inheritdoc cref="FitAsync(BiEncoder, IEnumerable{InputExample}, BiEncoderFitOptions?, CancellationToken)" path="/exception"/>
    public static async Task<BiEncoder> FitDirectoryAsync(
        string modelDirectory, IEnumerable<InputExample> examples, BiEncoderFitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelDirectory);
        ArgumentNullException.ThrowIfNull(examples);
        var settings = (options ?? new()).Validate();
        string trained = await Run(settings).RunAsync(modelDirectory, examples, cancellationToken).ConfigureAwait(false);
        return await BiEncoder.LoadAsync(trained, null, cancellationToken).ConfigureAwait(false);
    }

    private static TrainingRun<BiEncoderNetwork> Run(BiEncoderFitOptions settings) => new("bi-encoder", settings)
    {
        Read = ManifestReader.ReadBiEncoder,
        Load = manifest => BiEncoderNetwork.Load(manifest, settings.Seed),
        Loss = network => (settings.Loss ?? BiEncoderLoss.MultipleNegativesRanking()).Create(network.Dimensions),
        Save = (trainee, path, report) => new BiEncoderDirectory(trainee).Write(path, settings, report),
        Evaluate = settings.Evaluator is not { } evaluator ? null : async (trainee, moment, token) =>
        {
            using var generator = new NetworkEmbeddingGenerator(trainee.Network, trainee.Collator);
            var metrics = await evaluator.EvaluateAsync(generator, moment, token).ConfigureAwait(false);
            return (metrics[evaluator.PrimaryMetric], metrics);
        },
    };
}
