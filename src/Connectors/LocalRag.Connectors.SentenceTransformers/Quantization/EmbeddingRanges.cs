using System.Numerics.Tensors;

namespace LocalRag.Connectors.SentenceTransformers;

/// <summary>The smallest and largest value of every component, between which a vector is cut into 255 steps.</summary>
/// <remarks>Immutable. Codes can only be compared when they were made with the same ranges, so keep those of the corpus for the queries.</remarks>
public sealed class EmbeddingRanges
{
    private readonly float[] _minimum;
    private readonly float[] _maximum;

    /// <summary>Takes ranges that are known.</summary>
    /// <param name="minimum">The smallest value of every component.</param>
    /// <param name="maximum">The largest value of every component.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a minimum is above its maximum or not a number.</exception>
    public EmbeddingRanges(ReadOnlySpan<float> minimum, ReadOnlySpan<float> maximum)
    {
        if (minimum.Length != maximum.Length)
            throw new ArgumentException($"Expected as many maxima as minima, found {maximum.Length} and {minimum.Length}.", nameof(maximum));
        for (var i = 0; i < minimum.Length; i++)
        {
            if (!(minimum[i] <= maximum[i]))
                throw new ArgumentException($"Component {i} ranges from {minimum[i]} to {maximum[i]}; expected a minimum that is not above the maximum.", nameof(minimum));
        }

        _minimum = minimum.ToArray();
        _maximum = maximum.ToArray();
    }

    /// <summary>The smallest value of every component.</summary>
    public ReadOnlySpan<float> Minimum => _minimum;

    /// <summary>The largest value of every component.</summary>
    public ReadOnlySpan<float> Maximum => _maximum;

    /// <summary>How many components.</summary>
    public int Dimensions => _minimum.Length;

    /// <summary>The ranges of vectors that stand for what will be encoded: a calibration set, or the vectors themselves.</summary>
    /// <param name="vectors">Vectors of one length, one or more; Python warns below 100.</param>
    /// <exception cref="ArgumentNullException"><paramref name="vectors"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">There is none, or lengths differ, or a component is not a number.</exception>
    public static EmbeddingRanges Of(IReadOnlyList<float[]> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count == 0)
            throw new ArgumentException("Expected at least one vector to take the ranges from, found none.", nameof(vectors));
        ArgumentNullException.ThrowIfNull(vectors[0], nameof(vectors));
        float[] minimum = [.. vectors[0]], maximum = [.. vectors[0]];
        for (var i = 1; i < vectors.Count; i++)
        {
            var vector = vectors[i] ?? throw new ArgumentNullException(nameof(vectors), $"Vector {i} is null.");
            if (vector.Length != minimum.Length)
                throw new ArgumentException($"Vector {i} has {vector.Length} components; expected {minimum.Length}, as the first has.", nameof(vectors));
            TensorPrimitives.Min(minimum, vector, minimum);
            TensorPrimitives.Max(maximum, vector, maximum);
        }

        return new(minimum, maximum);
    }
}
