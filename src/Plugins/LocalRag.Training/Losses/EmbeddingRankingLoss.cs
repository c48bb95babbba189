using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>Multiple negatives ranking: every query's positive against all positives and hard negatives of the batch, by scaled cosine.</summary>
internal sealed class EmbeddingRankingLoss(double scale) : EmbeddingLoss
{
    public override string Name => MiniBatchSize is null ? "MultipleNegativesRankingLoss" : "CachedMultipleNegativesRankingLoss";

    public override string? Objection(InputExample example) =>
        example.Texts.Count < 2 ? $"a query and a positive were expected, found {example.Texts.Count} text" : null;

    public override Tensor Compute(Tensor outputs, PreparedBatch batch)
    {
        var unit = F.normalize(outputs);
        int columns = batch.Examples.Max(e => e.Texts.Count);
        var candidates = cat([.. Enumerable.Range(1, columns - 1).Select(place => Column(unit, batch, place))]);
        var scores = Column(unit, batch, 0).matmul(candidates.t()) * scale;
        return F.cross_entropy(scores, arange(batch.Examples.Count, ScalarType.Int64));
    }
}
