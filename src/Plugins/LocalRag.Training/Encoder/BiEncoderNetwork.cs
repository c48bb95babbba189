using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.ModelDirectory;
using LocalRag.Training.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Encoder;

/// <summary>An encoder with the modules of a bi-encoder: token batch in, embeddings out. Owns its parameters.</summary>
internal sealed class BiEncoderNetwork : ITrainableNetwork
{
    private BiEncoderNetwork(EncoderConfiguration configuration, ParameterSet parameters, IReadOnlyList<ModuleConfig> modules)
    {
        (Configuration, Parameters, Modules) = (configuration, parameters, modules);
        Encoder = new TransformerEncoder(configuration, parameters);
        Dimensions = modules.Aggregate(configuration.HiddenSize, (width, module) => module switch
        {
            PoolingConfig pooling => width * pooling.Modes.Count,
            DenseConfig dense => dense.OutputWidth,
            _ => width,
        });
    }

    public EncoderConfiguration Configuration { get; }

    public ParameterSet Parameters { get; }

    public IReadOnlyList<ModuleConfig> Modules { get; }

    public TransformerEncoder Encoder { get; }

    /// <summary>Length of the vectors.</summary>
    public int Dimensions { get; }

    /// <exception cref="InvalidDataException">There is no safetensors file, or a module cannot be trained.</exception>
    public static BiEncoderNetwork Load(ModelManifest manifest, long seed)
    {
        if (manifest.Modules[0] is not TransformerConfig)
        {
            throw new InvalidDataException($"'{manifest.Directory}' begins with {manifest.Modules[0].Name}, which is not trained here; models that begin with a Transformer are.");
        }

        var configuration = EncoderConfiguration.Load(manifest.Directory);
        var parameters = EncoderWeights.Load(manifest.Directory, configuration, [], seed, keepPooler: true);
        try
        {
            foreach (var module in manifest.Modules)
            {
                AddModule(module, parameters);
            }

            return new(configuration, parameters, manifest.Modules);
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>The folder of a module with weights and the prefix of its parameters; null for modules without.</summary>
    public static string? FolderOf(ModuleConfig module) => module switch
    {
        DenseConfig dense => dense.Directory,
        LayerNormConfig norm => norm.Directory,
        _ => null,
    };

    /// <summary>Embeddings in fp32, [rows, <see cref="Dimensions"/>].</summary>
    public Tensor Forward(TokenTensors batch, bool training, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        var vectors = Encoder.Forward(batch, training, cancellationToken);
        foreach (var module in Modules)
        {
            vectors = module switch
            {
                PoolingConfig pooling => SentencePooling.Apply(vectors, batch.Mask, pooling.Modes),
                DenseConfig dense => Activate(F.linear(vectors, Of(dense, "linear.weight"), dense.HasBias ? Of(dense, "linear.bias") : null), dense.Activation),
                LayerNormConfig norm => F.layer_norm(vectors, [norm.Width], Of(norm, "norm.weight"), Of(norm, "norm.bias")),
                NormalizeConfig => F.normalize(vectors),
                _ => vectors,
            };
        }

        return vectors.MoveToOuterDisposeScope();
    }

    public void Dispose() => Parameters.Dispose();

    /// <summary>What stands before the names of a module's parameters; no parameter of the encoder holds a slash.</summary>
    public static string Prefix(ModuleConfig module) => Path.GetFileName(Path.TrimEndingDirectorySeparator(FolderOf(module)!)) + "/";

    private Parameter Of(ModuleConfig module, string name) => Parameters[Prefix(module) + name];

    private static void AddModule(ModuleConfig module, ParameterSet parameters)
    {
        if (FolderOf(module) is not { } folder)
        {
            return;
        }

        string path = Path.Combine(folder, EncoderWeights.FileName);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"'{path}' is missing: {module.Name} cannot be trained without its safetensors file.");
        }

        foreach (var (name, tensor) in SafeTensorsFile.Read(path))
        {
            parameters.Add(Prefix(module) + name, tensor);
        }
    }

    private static Tensor Activate(Tensor x, ActivationFunction function) => function switch
    {
        ActivationFunction.Identity => x,
        ActivationFunction.Sigmoid => F.sigmoid(x),
        ActivationFunction.Tanh => tanh(x),
        ActivationFunction.ReLU => F.relu(x),
        ActivationFunction.GELU => F.gelu(x),
        ActivationFunction.SiLU => F.silu(x),
        ActivationFunction.Softmax => F.softmax(x, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, null),
    };
}
