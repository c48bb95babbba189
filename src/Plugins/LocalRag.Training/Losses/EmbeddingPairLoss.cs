using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>Losses of the cosine of two texts and one label.</summary>
internal sealed class EmbeddingPairLoss : EmbeddingLoss
{
    private readonly Func<Tensor, Tensor, Tensor> _compute;

    private EmbeddingPairLoss(string name, Func<Tensor, Tensor, Tensor> compute) => (Name, _compute) = (name, compute);

    public override string Name { get; }

    /// <summary>Mean of (cosine - label)².</summary>
    public static EmbeddingPairLoss Cosine() => new("CosineSimilarityLoss", (cosines, labels) => F.mse_loss(cosines, labels));

    /// <summary>CoSENT: log(1 + Σ exp(scale · (cos_j - cos_i))) over all pairs i that should be nearer than j.</summary>
    public static EmbeddingPairLoss CoSent(double scale) => new("CoSENTLoss", (cosines, labels) =>
    {
        var scores = cosines * scale;
        var wrongWay = scores.unsqueeze(1) - scores.unsqueeze(0);
        var counted = labels.unsqueeze(1).lt(labels.unsqueeze(0));
        var gaps = wrongWay.masked_fill(counted.logical_not(), -1e12).view(-1);
        return cat([zeros(1), gaps]).logsumexp(0);
    });

    public override string? Objection(InputExample example) =>
        example.Texts.Count != 2 ? $"two texts were expected, found {example.Texts.Count}"
        : example.Labels.Count != 1 ? $"one label was expected, found {example.Labels.Count}"
        : null;

    public override Tensor Compute(Tensor outputs, PreparedBatch batch) =>
        _compute(F.cosine_similarity(Column(outputs, batch, 0), Column(outputs, batch, 1)), LabelsOf(batch));
}
