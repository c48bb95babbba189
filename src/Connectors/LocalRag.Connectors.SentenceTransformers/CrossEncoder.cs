using LocalRag.Connectors.SentenceTransformers.Hub;
using LocalRag.Connectors.SentenceTransformers.Inference;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Connectors.SentenceTransformers.Scoring;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>A cross-encoder: reads two texts together and scores how well they belong together. The model behind a reranker.</summary>
/// <remarks>
/// Loaded from a directory as Python saves it, with an ONNX graph; scores equal Python's up to rounding. What a score means is the model's:
/// ms-marco models give raw logits of about -11 to 11, most others 0 to 1; <see cref="CrossEncoderOptions.Activation"/> changes it. Safe for concurrent
/// calls, which share one session. <see cref="Dispose"/> may be called more than once; calls that are running then still finish.
/// </remarks>
public sealed partial class CrossEncoder : IDisposable
{
    private readonly OnnxModel _graph;
    private readonly GraphOutput _logits;
    private readonly TextTokenizer _tokenizer;
    private readonly CrossEncoderOptions _options;
    private readonly ModelManifest _manifest;
    private readonly PromptSet _prompts;
    private bool _disposed;

    private CrossEncoder(ModelManifest manifest, CrossEncoderOptions options)
    {
        _manifest = manifest;
        _options = options;
        _prompts = new(manifest, options);
        _tokenizer = TextTokenizer.Load(manifest.Directory);
        MaxTokens = manifest.MaxTokens(options.MaxTokens, _tokenizer.ModelMaxLength);
        var path = OnnxFile.Choose(manifest.Directory, manifest.NetworkFolder, options.OnnxFile, InferenceDevice.Parse(options.Device).IsGpu);
        _graph = OnnxModel.Load(path, options);
        try
        {
            _logits = ClassifierHead.FindLogits(_graph);
            NumLabels = ClassifierHead.CountLabels(_graph, _logits, _tokenizer);
            if (options.NumLabels is { } wanted && wanted != NumLabels)
                throw new InvalidDataException($"NumLabels is {wanted}, but '{path}' has {NumLabels}. A head of another size has to be trained.");
            Labels = manifest.Labels is { } labels && labels.Count == NumLabels ? labels : [.. Enumerable.Range(0, NumLabels).Select(i => $"LABEL_{i}")];
        }
        catch
        {
            _graph.Dispose();
            throw;
        }

        Activation = options.Activation ?? manifest.Activation ?? (NumLabels == 1 ? ActivationFunction.Sigmoid : ActivationFunction.Identity);
    }

    /// <summary>The model's name: that of the hub, or of the directory.</summary>
    public string ModelId => _manifest.ModelId;

    /// <summary>Where the model was loaded from; training starts from the weights there.</summary>
    internal string Directory => _manifest.Directory;

    /// <summary>How many scores a pair gets.</summary>
    public int NumLabels { get; }

    /// <summary>What the scores stand for, by index.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The most tokens that are read of both texts together, special tokens included; null where nothing is truncated.</summary>
    public int? MaxTokens { get; }

    /// <summary>
    /// The function that turns outputs into scores unless a call names another: that of the options, else of config_sentence_transformers.json, else of
    /// config.json (two keys of two generations), else sigmoid for one label and identity for several.
    /// </summary>
    public ActivationFunction Activation { get; }

    /// <summary>The model's prompts by name.</summary>
    public IReadOnlyDictionary<string, string> Prompts => _prompts.All;

    /// <summary>The prompt that is used when a call names none; null for none.</summary>
    public string? DefaultPromptName => _prompts.DefaultName;

    /// <summary>Loads a model from a directory, or from the Hugging Face hub.</summary>
    /// <param name="nameOrDirectory">A directory, or the model's name on the hub, <c>owner/name</c>.</param>
    /// <param name="options">What to do differently from what the directory says; null for nothing.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="FileNotFoundException">A file of the model is missing.</exception>
    /// <exception cref="HubException">It is no directory and the hub could not serve it.</exception>
    /// <exception cref="InvalidDataException">A file of the model is damaged, or asks for something that is not supported; the message names file, key and value.</exception>
    public static Task<CrossEncoder> LoadAsync(string nameOrDirectory, CrossEncoderOptions? options = null, CancellationToken cancellationToken = default) =>
        LoadAsync(nameOrDirectory, options, hub: null, cancellationToken);

    internal static async Task<CrossEncoder> LoadAsync(string nameOrDirectory, CrossEncoderOptions? options, HuggingFaceHub? hub, CancellationToken cancellationToken)
    {
        var valid = (options ?? new()).Validated();
        var directory = await ModelSource.ResolveAsync(nameOrDirectory, valid, ModelKind.CrossEncoder, hub, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => new CrossEncoder(ManifestReader.ReadCrossEncoder(directory), valid), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Loads a model from a directory.</summary>
    /// <inheritdoc cref="LoadAsync(string, CrossEncoderOptions?, CancellationToken)" path="/exception"/>
    /// <param name="directory">The directory that holds the configuration, the tokenizer and the ONNX file.</param>
    /// <param name="options">What to do differently from what the directory says; null for nothing.</param>
    /// <returns>The model; the caller disposes it.</returns>
    public static CrossEncoder Load(string directory, CrossEncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var valid = (options ?? new()).Validated();
        return new(ManifestReader.ReadCrossEncoder(directory), valid);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        _disposed = true;
        _graph.Dispose();
    }
}
