using LocalRag.Training.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Encoder;

/// <summary>An encoder with a classification head: token batch in, logits out. Owns its parameters.</summary>
internal sealed class CrossEncoderNetwork : ITrainableNetwork
{
    private CrossEncoderNetwork(EncoderConfiguration configuration, ParameterSet parameters, int labelCount)
    {
        (Configuration, Parameters, LabelCount) = (configuration, parameters, labelCount);
        Encoder = new TransformerEncoder(configuration, parameters);
    }

    public EncoderConfiguration Configuration { get; }

    public ParameterSet Parameters { get; }

    public TransformerEncoder Encoder { get; }

    public int LabelCount { get; }

    /// <param name="labelCount">Null takes the file's own, or 1 where it has no classification head.</param>
    /// <param name="seed">Starts what the file lacks.</param>
    /// <param name="classifierDropout">Null takes config.json's.</param>
    public static CrossEncoderNetwork Load(string directory, int? labelCount, long seed, double? classifierDropout = null)
    {
        var configuration = EncoderConfiguration.Load(directory);
        if (classifierDropout is { } dropout)
        {
            configuration = configuration with { ClassifierDropout = dropout };
        }

        int labels = labelCount ?? configuration.LabelCount ?? 1;
        var head = configuration.Layout.Head;
        ParameterSpec[] specs =
        [
            .. EncoderWeights.Dense(head.Dense, configuration.HiddenSize, configuration.HiddenSize).Select(s => s with { MayBeMissing = true }),
            .. EncoderWeights.Dense(head.Output, labels, configuration.HiddenSize).Select(s => s with { MayBeMissing = true }),
        ];
        return new(configuration, EncoderWeights.Load(directory, configuration, specs, seed, keepPooler: false), labels);
    }

    /// <summary>Logits before any activation, fp32, [rows, labels].</summary>
    public Tensor Forward(TokenTensors batch, bool training, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        var head = Configuration.Layout.Head;
        var state = Encoder.Forward(batch, training, cancellationToken).select(1, 0);
        if (head.DropoutFirst)
        {
            state = Encoder.Dropout.Apply(state, Configuration.ClassifierDropout, training);
        }

        state = F.linear(state, Parameters[head.Dense + ".weight"], Parameters[head.Dense + ".bias"]);
        state = head.Activation == HeadActivation.Tanh ? tanh(state) : F.relu(state);
        state = Encoder.Dropout.Apply(state, Configuration.ClassifierDropout, training);
        return F.linear(state, Parameters[head.Output + ".weight"], Parameters[head.Output + ".bias"]).MoveToOuterDisposeScope();
    }

    public void Dispose() => Parameters.Dispose();
}
