using LocalRag.Training.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Encoder;

/// <summary>The post-norm transformer of BERT, RoBERTa, DistilBERT and MPNet over a <see cref="ParameterSet"/>.</summary>
/// <remarks>
/// In bf16 the weights are cast inside the graph at every step: matrix products and attention run in bf16, the master
/// weights, layer norms, softmax inputs of the losses and the optimizer stay in fp32. That is what autocast does in Python.
/// </remarks>
internal sealed class TransformerEncoder
{
    private readonly EncoderConfiguration _configuration;
    private readonly ParameterSet _parameters;
    private readonly EncoderLayer[] _layers;
    private readonly long[] _normShape;

    public TransformerEncoder(EncoderConfiguration configuration, ParameterSet parameters)
    {
        (_configuration, _parameters) = (configuration, parameters);
        _layers = [.. Enumerable.Range(0, configuration.LayerCount).Select(i => new EncoderLayer(configuration, parameters, i))];
        _normShape = [configuration.HiddenSize];
    }

    /// <summary>Float32, or BFloat16 for mixed precision.</summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>Where dropout masks come from.</summary>
    public DropoutSource Dropout { get; } = new();

    /// <summary>States of the last layer in fp32, [rows, length, hidden].</summary>
    public Tensor Forward(TokenTensors batch, bool training, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        var states = Embed(batch);
        states = Dropout.Apply(states, _configuration.HiddenDropout, training);
        using var bias = AttentionBias(batch);
        foreach (var layer in _layers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            states = layer.Forward(states, bias, ComputeType, Dropout, training);
        }

        return states.to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private Tensor Embed(TokenTensors batch)
    {
        long rows = batch.Rows, length = batch.Length;
        var sum = Rows(EncoderNames.WordEmbeddings, batch.Ids) + Positions(batch);
        if (_configuration.Layout.HasTokenTypes)
        {
            sum += Rows(EncoderNames.TokenTypeEmbeddings, batch.TypeIds);
        }

        return F.layer_norm(
            sum, _normShape, _parameters[EncoderNames.EmbeddingNorm + ".weight"], _parameters[EncoderNames.EmbeddingNorm + ".bias"], _configuration.LayerNormEpsilon);

        Tensor Rows(string table, Tensor ids) =>
            _parameters[table].index_select(0, ids.reshape(-1)).view(rows, length, _configuration.HiddenSize);
    }

    private Tensor Positions(TokenTensors batch)
    {
        var table = _parameters[EncoderNames.PositionEmbeddings];
        if (!_configuration.Layout.OffsetPositions)
        {
            return table.narrow(0, 0, batch.Length);
        }

        // fairseq counts tokens that are not the padding token, whatever the mask says.
        var real = batch.Ids.ne(_configuration.PositionPaddingId).to(ScalarType.Int64);
        var positions = real.cumsum(1) * real + _configuration.PositionPaddingId;
        return table.index_select(0, positions.reshape(-1)).view(batch.Rows, batch.Length, _configuration.HiddenSize);
    }

    /// <summary>What is added to the attention logits: the padding mask, MPNet's relative bias, or nothing.</summary>
    private Tensor? AttentionBias(TokenTensors batch)
    {
        Tensor? bias = null;
        if (batch.IsPadded)
        {
            bias = ((1 - batch.Mask.to(ScalarType.Float32)) * float.MinValue).view(batch.Rows, 1, 1, batch.Length);
        }

        if (_configuration.Layout.HasRelativeBias)
        {
            var buckets = RelativePositions.Buckets((int)batch.Length, _configuration.RelativeBuckets);
            var relative = _parameters[EncoderNames.RelativeBias].index_select(0, tensor(buckets))
                .view(batch.Length, batch.Length, _configuration.HeadCount).permute(2, 0, 1).unsqueeze(0);
            bias = bias is null ? relative : bias + relative;
        }

        return bias?.to(ComputeType);
    }
}
