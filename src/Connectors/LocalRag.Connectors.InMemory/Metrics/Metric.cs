using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory;

/// <summary>The kernels behind the distance functions. Every one yields a key that is higher for closer vectors.</summary>
internal enum MetricKind
{
    /// <summary>Inner product.</summary>
    Dot,

    /// <summary>Inner product with the unit query, times the inverse norm of the row.</summary>
    Cosine,

    /// <summary>Negated sum of squared differences.</summary>
    SquaredEuclidean,

    /// <summary>Negated sum of absolute differences.</summary>
    Manhattan,

    /// <summary>Negated number of unequal components.</summary>
    Hamming,
}

/// <summary>A distance function: which kernel ranks, and how a key becomes the score that callers see.</summary>
internal sealed class Metric
{
    private readonly Func<float, double> _toScore;

    private Metric(string name, MetricKind kind, bool higherIsBetter, Func<float, double> toScore)
    {
        Name = name;
        Kind = kind;
        HigherIsBetter = higherIsBetter;
        _toScore = toScore;
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    /// <summary>A similarity, as opposed to a distance; decides which side of a score threshold is kept.</summary>
    public bool HigherIsBetter { get; }

    /// <summary>int8 codes bound the inner product, and so every metric that is made of one.</summary>
    public bool UsesCodes => Kind is MetricKind.Dot or MetricKind.Cosine or MetricKind.SquaredEuclidean;

    /// <summary>All eight functions that the abstraction names.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        new(DistanceFunction.CosineSimilarity, MetricKind.Cosine, true, static key => key),
        new(DistanceFunction.CosineDistance, MetricKind.Cosine, false, static key => 1 - (double)key),
        new(DistanceFunction.DotProductSimilarity, MetricKind.Dot, true, static key => key),
        new(DistanceFunction.NegativeDotProductSimilarity, MetricKind.Dot, false, static key => -(double)key),
        // The root is taken in double: distinct squares stay distinct, so that order and score never disagree.
        new(DistanceFunction.EuclideanDistance, MetricKind.SquaredEuclidean, false, static key => Math.Sqrt(-(double)key)),
        new(DistanceFunction.EuclideanSquaredDistance, MetricKind.SquaredEuclidean, false, static key => Math.Abs((double)key)),
        new(DistanceFunction.ManhattanDistance, MetricKind.Manhattan, false, static key => Math.Abs((double)key)),
        new(DistanceFunction.HammingDistance, MetricKind.Hamming, false, static key => Math.Abs((double)key)),
    ];

    /// <summary>The function of that name; cosine similarity where none is named.</summary>
    public static Metric Get(string? name) =>
        All.FirstOrDefault(m => m.Name == (name ?? DistanceFunction.CosineSimilarity))
        ?? throw new NotSupportedException($"Expected one of the distance functions {string.Join(", ", All.Select(m => m.Name))}; found '{name}'.");

    public double ToScore(float key) => _toScore(key);

    public bool Passes(double score, double? threshold) =>
        threshold is not { } limit || (HigherIsBetter ? score >= limit : score <= limit);
}
