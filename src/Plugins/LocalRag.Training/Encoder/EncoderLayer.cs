using LocalRag.Training.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Encoder;

/// <summary>One layer: self-attention and feed-forward, each followed by dropout, the residual and a layer norm.</summary>
internal sealed class EncoderLayer
{
    private readonly EncoderConfiguration _configuration;
    private readonly Dense _query;
    private readonly Dense _key;
    private readonly Dense _value;
    private readonly Dense _attentionOutput;
    private readonly Dense _attentionNorm;
    private readonly Dense _intermediate;
    private readonly Dense _output;
    private readonly Dense _outputNorm;
    private readonly long[] _normShape;

    public EncoderLayer(EncoderConfiguration configuration, ParameterSet parameters, int index)
    {
        _configuration = configuration;
        _normShape = [configuration.HiddenSize];
        var layout = configuration.Layout;
        Dense Named(string name) => new(
            parameters[$"{layout.LayerPrefix}{index}.{name}.weight"], parameters[$"{layout.LayerPrefix}{index}.{name}.bias"]);
        (_query, _key, _value) = (Named(layout.Query), Named(layout.Key), Named(layout.Value));
        (_attentionOutput, _attentionNorm) = (Named(layout.AttentionOutput), Named(layout.AttentionNorm));
        (_intermediate, _output, _outputNorm) = (Named(layout.Intermediate), Named(layout.Output), Named(layout.OutputNorm));
    }

    private readonly record struct Dense(Parameter Weight, Parameter Bias)
    {
        public Tensor Apply(Tensor x, ScalarType type) => F.linear(x.to(type), Weight.to(type), Bias.to(type));
    }

    public Tensor Forward(Tensor states, Tensor? attentionBias, ScalarType type, DropoutSource dropout, bool training)
    {
        using var scope = NewDisposeScope();
        var attended = _attentionOutput.Apply(Attend(states, attentionBias, type, dropout, training), type);
        states = Norm(states, attended, _attentionNorm, dropout, training);

        var inner = _intermediate.Apply(states, type);
        inner = _configuration.ReluActivation ? F.relu(inner) : F.gelu(inner);
        return Norm(states, _output.Apply(inner, type), _outputNorm, dropout, training).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor states, Tensor? attentionBias, ScalarType type, DropoutSource dropout, bool training)
    {
        long rows = states.shape[0], length = states.shape[1];
        // One product for the three projections: their outputs lie beside each other, which is faster than three.
        var joined = F.linear(
            states.to(type),
            cat([_query.Weight, _key.Weight, _value.Weight]).to(type),
            cat([_query.Bias, _key.Bias, _value.Bias]).to(type));
        var heads = joined.view(rows, length, 3, _configuration.HeadCount, _configuration.HeadSize).permute(2, 0, 3, 1, 4);
        var context = training && _configuration.AttentionDropout > 0
            ? AttendWithDropout(heads[0], heads[1], heads[2], attentionBias, dropout)
            : F.scaled_dot_product_attention(heads[0], heads[1], heads[2], attentionBias, 0, is_casual: false);
        return context.transpose(1, 2).reshape(rows, length, _configuration.HiddenSize);
    }

    /// <summary>The same written out, since the fused operator knows dropout only in a slower form.</summary>
    private Tensor AttendWithDropout(Tensor query, Tensor key, Tensor value, Tensor? attentionBias, DropoutSource dropout)
    {
        // Scaling the query is a sixteenth of the work of scaling the products.
        var scores = (query * (1 / Math.Sqrt(_configuration.HeadSize))).matmul(key.transpose(2, 3));
        var shares = F.softmax(attentionBias is null ? scores : scores + attentionBias, 3);
        return dropout.Apply(shares, _configuration.AttentionDropout, training: true).matmul(value);
    }

    /// <summary>LN(residual + dropout(update)), in fp32.</summary>
    private Tensor Norm(Tensor residual, Tensor update, Dense norm, DropoutSource dropout, bool training) => F.layer_norm(
        dropout.AddTo(residual, update.to(ScalarType.Float32), _configuration.HiddenDropout, training),
        _normShape, norm.Weight, norm.Bias, _configuration.LayerNormEpsilon);
}
