using LocalRag.Connectors.SentenceTransformers.Pooling;
using static TorchSharp.torch;

namespace LocalRag.Training.Encoder;

/// <summary>Token states to one vector, by the formulas of the Pooling module; rows are padded on the right.</summary>
internal static class SentencePooling
{
    public static Tensor Apply(Tensor states, Tensor mask, IReadOnlyList<PoolingMode> modes) =>
        modes.Count == 1 ? Apply(states, mask, modes[0]) : cat([.. modes.Select(mode => Apply(states, mask, mode))], 1);

    private static Tensor Apply(Tensor states, Tensor mask, PoolingMode mode)
    {
        var weights = mask.to(ScalarType.Float32).unsqueeze(2);
        return mode switch
        {
            PoolingMode.Cls => states.select(1, 0),
            PoolingMode.Max => states.masked_fill(weights.eq(0), float.NegativeInfinity).amax([1]),
            PoolingMode.Mean => Mean(weights),
            PoolingMode.MeanSqrtLength => (states * weights).sum(1) / weights.sum(1).clamp_min(1e-9).sqrt(),
            PoolingMode.WeightedMean => Mean(weights * arange(1, states.shape[1] + 1, ScalarType.Float32).view(1, -1, 1)),
            PoolingMode.LastToken => states.gather(1, (mask.sum(1) - 1).clamp_min(0).view(-1, 1, 1).expand(-1, 1, states.shape[2])).squeeze(1),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
        };

        Tensor Mean(Tensor shares) => (states * shares).sum(1) / shares.sum(1).clamp_min(1e-9);
    }
}
