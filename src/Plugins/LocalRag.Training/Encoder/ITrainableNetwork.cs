using LocalRag.Training.Weights;
using static TorchSharp.torch;

namespace LocalRag.Training.Encoder;

/// <summary>What the training loop needs of a model: parameters, and outputs for a batch. Disposing it frees the parameters.</summary>
internal interface ITrainableNetwork : IDisposable
{
    EncoderConfiguration Configuration { get; }

    ParameterSet Parameters { get; }

    TransformerEncoder Encoder { get; }

    /// <summary>Logits or embeddings in fp32, one row for each of the batch.</summary>
    Tensor Forward(TokenTensors batch, bool training, CancellationToken cancellationToken = default);
}
