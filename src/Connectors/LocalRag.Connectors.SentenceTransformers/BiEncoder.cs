using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Connectors.SentenceTransformers.Inference;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Pooling;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>A sentence-transformers model: turns texts into vectors whose similarity is the texts' similarity.</summary>
/// <remarks>
/// Loaded from a directory as Python saves it, with an ONNX graph; tokenizer, pooling, length and prompts are taken from there, and the vectors
/// equal Python's up to rounding. Safe for concurrent calls, which share one session. <see cref="Dispose"/> may be called more than once; calls that
/// are running then still finish.
/// <para>
/// An fp32 graph gives a text the same vector up to rounding, whatever else is in the call. An int8 graph quantises activations per batch: with the embedded
/// localrag-mini-bi over 151 texts of every kind, a vector of a batch has a cosine of at least 0.9996 (0.9999 on average) with that of the text alone, and of at
/// least 0.9990 (0.9997) with that of the fp32 weights; alone, it is 0.9993 (0.9997). <see cref="SentenceTransformerOptions.BatchIndependent"/> removes the
/// first difference and costs up to a third of the speed on mixed lengths, more on short ones.
/// </para>
/// </remarks>
public sealed partial class BiEncoder : IDisposable
{
    private readonly ISentenceModel _model;
    private readonly TextTokenizer _tokenizer;
    private readonly BiEncoderOptions _options;
    private readonly ModelManifest _manifest;
    private readonly PromptSet _prompts;
    private readonly Lazy<VectorSpace> _space;
    private readonly string? _onnxPath;
    private bool _disposed;

    private BiEncoder(ModelManifest manifest, BiEncoderOptions options)
    {
        _manifest = manifest;
        _options = options;
        _prompts = new(manifest, options);
        _tokenizer = TextTokenizer.Load(manifest.NetworkDirectory);
        IReadOnlyList<string> weights;
        if (manifest.Modules[0] is StaticEmbeddingConfig table)
        {
            weights = [StaticEmbeddingModel.PathOf(table)];
            _model = StaticEmbeddingModel.Create(table, manifest, _tokenizer);
        }
        else
        {
            MaxTokens = manifest.MaxTokens(options.MaxTokens, _tokenizer.ModelMaxLength);
            _onnxPath = OnnxFile.Choose(manifest.Directory, manifest.NetworkFolder, options.OnnxFile, InferenceDevice.Parse(options.Device).IsGpu);
            weights = ExternalData.FilesOf(_onnxPath);
            var graph = OnnxModel.Load(_onnxPath, options);
            try
            {
                _model = TransformerModel.Create(graph, manifest, _tokenizer, MaxTokens);
            }
            catch
            {
                graph.Dispose();
                throw;
            }
        }

        if (options.Dimensions > _model.Width)
        {
            _model.Dispose();
            throw new ArgumentOutOfRangeException(nameof(options), options.Dimensions, $"Dimensions is {options.Dimensions}; expected 1 to {_model.Width}, the model's own number.");
        }

        Dimensions = Math.Min(options.Dimensions ?? manifest.Dimensions ?? _model.Width, _model.Width);
        _space = new(() => ModelFingerprint.Compute(manifest.NetworkDirectory, weights, manifest.Modules, Dimensions));
    }

    /// <summary>The model's name: that of the hub, or of the directory.</summary>
    public string ModelId => _manifest.ModelId;

    /// <summary>Where the model was loaded from; training starts from the weights there.</summary>
    internal string Directory => _manifest.Directory;

    /// <summary>Components of every vector.</summary>
    public int Dimensions { get; }

    /// <summary>The most tokens that are read of a text, special tokens included; null where nothing is truncated.</summary>
    public int? MaxTokens { get; }

    /// <summary>The model's prompts by name.</summary>
    public IReadOnlyDictionary<string, string> Prompts => _prompts.All;

    /// <summary>The prompt that is used when a call names none; null for none.</summary>
    public string? DefaultPromptName => _prompts.DefaultName;

    /// <summary>The similarity that the model was trained for.</summary>
    public SimilarityFunction SimilarityFunction => _manifest.SimilarityFunction;

    /// <summary>Identifies the space of the vectors; computed on first use from a hash of the weights.</summary>
    public VectorSpace VectorSpace => _space.Value;

    /// <summary>Loads a model from a directory, or from the Hugging Face hub.</summary>
    /// <param name="nameOrDirectory">A directory, or the model's name on the hub, <c>owner/name</c>.</param>
    /// <param name="options">What to do differently from what the directory says; null for nothing.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="FileNotFoundException">A file of the model is missing.</exception>
    /// <exception cref="HubException">It is no directory and the hub could not serve it.</exception>
    /// <exception cref="InvalidDataException">A file of the model is damaged, or asks for something that is not supported; the message names file, key and value.</exception>
    public static Task<BiEncoder> LoadAsync(string nameOrDirectory, BiEncoderOptions? options = null, CancellationToken cancellationToken = default) =>
        LoadAsync(nameOrDirectory, options, hub: null, cancellationToken);

    internal static async Task<BiEncoder> LoadAsync(string nameOrDirectory, BiEncoderOptions? options, HuggingFaceHub? hub, CancellationToken cancellationToken)
    {
        var valid = (options ?? new()).Validated();
        var directory = await ModelSource.ResolveAsync(nameOrDirectory, valid, ModelKind.BiEncoder, hub, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => new BiEncoder(ManifestReader.ReadBiEncoder(directory), valid), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Loads a model from a directory.</summary>
    /// <inheritdoc cref="LoadAsync(string, BiEncoderOptions?, CancellationToken)" path="/exception"/>
    /// <param name="directory">The directory that holds modules.json, the tokenizer and the ONNX file.</param>
    /// <param name="options">What to do differently from what the directory says; null for nothing.</param>
    /// <returns>The model; the caller disposes it.</returns>
    public static BiEncoder Load(string directory, BiEncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var valid = (options ?? new()).Validated();
        return new(ManifestReader.ReadBiEncoder(directory), valid);
    }

    /// <summary>How many tokens the model would see of a text if nothing were truncated, special tokens included; the default prompt does not count.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public int CountTokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _tokenizer.CountTokens(_prompts.Prepare("", text), addSpecialTokens: MaxTokens is not null || _model is not StaticEmbeddingModel);
    }

    /// <summary>The similarity of every vector of one list with every vector of another, by <see cref="SimilarityFunction"/>.</summary>
    /// <param name="left">Vectors of this model.</param>
    /// <param name="right">Vectors of this model.</param>
    /// <returns>One row per vector of <paramref name="left"/>; higher means closer.</returns>
    /// <exception cref="ArgumentNullException">A list or a vector is null.</exception>
    /// <exception cref="ArgumentException">The lengths of two vectors differ.</exception>
    public float[][] Similarity(IReadOnlyList<float[]> left, IReadOnlyList<float[]> right) => VectorSimilarity.AllPairs(SimilarityFunction, left, right);

    /// <summary>The similarity of the vectors of two lists, pair by pair, by <see cref="SimilarityFunction"/>.</summary>
    /// <inheritdoc cref="Similarity" path="/param"/>
    /// <returns>One score per pair; higher means closer.</returns>
    /// <exception cref="ArgumentNullException">A list or a vector is null.</exception>
    /// <exception cref="ArgumentException">The counts, or the lengths of a pair, differ.</exception>
    public float[] SimilarityPairwise(IReadOnlyList<float[]> left, IReadOnlyList<float[]> right) => VectorSimilarity.Pairwise(SimilarityFunction, left, right);

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        _disposed = true;
        _model.Dispose();
    }
}
