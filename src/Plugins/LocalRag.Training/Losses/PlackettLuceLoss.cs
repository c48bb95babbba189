using static TorchSharp.torch;

namespace LocalRag.Training.Losses;

/// <summary>ListMLE and PListMLE: the likelihood of the right order under Plackett-Luce, weighted by position in the latter.</summary>
internal sealed class PlackettLuceLoss(bool weightPositions, bool respectInputOrder, Func<Tensor, Tensor> activation)
    : ListLoss(weightPositions ? "PListMLELoss" : "ListMLELoss", activation)
{
    private const double Epsilon = 1e-10;

    protected override Tensor Compute(Tensor logits, Tensor labels, Tensor present, PreparedBatch batch)
    {
        if (!respectInputOrder)
        {
            var order = labels.sort(1, descending: true, stable: true).Indices;
            logits = logits.gather(1, order); // Absent places have label -inf and stay last.
        }

        // exp of an absent place is 0, so the length of other lists in the batch does not matter.
        var later = logits.exp().flip(1).cumsum(1).flip(1);
        var logLikelihood = logits - (later + Epsilon).log();
        if (weightPositions)
        {
            logLikelihood *= PositionWeights(batch, (int)logits.shape[1]);
        }

        return -logLikelihood.masked_fill(present.logical_not(), 0).sum(1).mean();
    }

    /// <summary>2^(n - i) - 1 for place i of n documents, normalised to sum 1.</summary>
    private static Tensor PositionWeights(PreparedBatch batch, int longest)
    {
        float[] weights = new float[batch.Examples.Count * longest];
        for (int i = 0; i < batch.Examples.Count; i++)
        {
            int n = batch.Count(i);
            double sum = Enumerable.Range(0, n).Sum(place => Math.Pow(2, n - place) - 1);
            for (int place = 0; place < n; place++)
            {
                weights[(i * longest) + place] = (float)((Math.Pow(2, n - place) - 1) / (sum + Epsilon));
            }
        }

        return tensor(weights, [batch.Examples.Count, longest]);
    }
}
