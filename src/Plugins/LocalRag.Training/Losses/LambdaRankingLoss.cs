using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>LambdaLoss (Wang et al. 2018): pairwise logistic loss in the predicted order, weighted by what an exchange does to nDCG.</summary>
internal sealed class LambdaRankingLoss(LambdaWeighting weighting, int? k, double sigma, Func<Tensor, Tensor> activation)
    : ListLoss(weighting == LambdaWeighting.None ? "RankNetLoss" : "LambdaLoss", activation)
{
    private const double Epsilon = 1e-10;
    private const double Mu = 10;

    protected override Tensor Compute(Tensor logits, Tensor labels, Tensor present, PreparedBatch batch)
    {
        var (scores, order) = logits.sort(1, descending: true, stable: true);
        var relevance = labels.gather(1, order);
        var differences = relevance.unsqueeze(2) - relevance.unsqueeze(1);
        var counted = weighting == LambdaWeighting.NdcgLoss1 ? differences.isfinite() : differences.isfinite().logical_and(differences.gt(0));

        long longest = logits.shape[1];
        long cut = Math.Min(k ?? longest, longest);
        var within = arange(longest).lt(cut);
        counted = counted.logical_and(within.unsqueeze(0).logical_and(within.unsqueeze(1)));

        var weights = Weights(relevance.clamp_min(0), labels.clamp_min(0), cut);
        var gaps = (scores.unsqueeze(2) - scores.unsqueeze(1)).clamp(-1e8, 1e8);
        var likelihood = F.sigmoid(gaps * sigma).clamp_min(Epsilon);
        // log₂(max(p^w, ε)); absent pairs are masked before the mean, and no pair at all is a loss of zero.
        var losses = (weights is null ? likelihood : likelihood.pow(weights)).clamp_min(Epsilon).log2();
        return -losses.masked_fill(counted.logical_not(), 0).sum() / counted.sum().clamp_min(1);
    }

    /// <summary>Weight of every pair, or null where all weigh one.</summary>
    private Tensor? Weights(Tensor relevance, Tensor labels, long cut)
    {
        if (weighting == LambdaWeighting.None)
        {
            return null;
        }

        long longest = relevance.shape[1];
        var discounts = (arange(1, longest + 1, ScalarType.Float32) + 1).log2();
        var ideal = labels.sort(1, descending: true).Values;
        var idealDcg = ((exp2(ideal) - 1) / discounts).narrow(1, 0, cut).sum(1, keepdim: true).clamp_min(Epsilon);
        var gains = (exp2(relevance) - 1) / idealDcg;
        return weighting switch
        {
            LambdaWeighting.NdcgLoss1 => (gains / discounts).unsqueeze(2),
            LambdaWeighting.LambdaRank => LambdaRank(),
            LambdaWeighting.NdcgLoss2 => NdcgLoss2(),
            _ => (Mu * NdcgLoss2()) + LambdaRank(),
        };

        Tensor GainGaps() => (gains.unsqueeze(2) - gains.unsqueeze(1)).abs();

        Tensor LambdaRank()
        {
            var inverse = 1 / discounts;
            return (inverse.unsqueeze(1) - inverse.unsqueeze(0)).abs().unsqueeze(0) * GainGaps();
        }

        Tensor NdcgLoss2()
        {
            var ranks = arange(longest);
            var distance = (ranks.unsqueeze(1) - ranks.unsqueeze(0)).abs().to(ScalarType.Float32);
            var delta = ((1 / (distance + 1).log2()) - (1 / (distance + 2).log2())).abs().masked_fill(distance.eq(0), 0);
            return delta.unsqueeze(0) * GainGaps();
        }
    }
}
