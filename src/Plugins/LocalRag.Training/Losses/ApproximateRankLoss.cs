using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>ADR-MSE: squared error of a differentiable rank against the label's rank, discounted by the latter.</summary>
internal sealed class ApproximateRankLoss(double alpha, Func<Tensor, Tensor> activation) : ListLoss("ADRMSELoss", activation)
{
    protected override Tensor Compute(Tensor logits, Tensor labels, Tensor present, PreparedBatch batch)
    {
        var pairs = present.unsqueeze(2).logical_and(present.unsqueeze(1));
        // Sum over all j counts j = i as 0.5.
        var rank = 0.5 + F.sigmoid(alpha * (logits.unsqueeze(1) - logits.unsqueeze(2))).masked_fill(pairs.logical_not(), 0).sum(2);
        var greater = labels.unsqueeze(1).gt(labels.unsqueeze(2)).logical_and(pairs).sum(2).to(ScalarType.Float32);
        var equal = labels.unsqueeze(1).eq(labels.unsqueeze(2)).logical_and(pairs).sum(2).to(ScalarType.Float32);
        var target = greater + ((equal + 1) / 2);
        var errors = (target - rank).square() / (target + 1).log2();
        return errors.masked_fill(present.logical_not(), 0).sum() / present.sum();
    }
}
