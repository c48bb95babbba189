namespace LocalRag.Connectors.InMemory;

/// <summary>Scores one vector against another; higher is better. NaN never ranks.</summary>
/// <param name="query">The query.</param>
/// <param name="document">A vector of the corpus, of the same length.</param>
/// <returns>The score.</returns>
public delegate float VectorScore(ReadOnlySpan<float> query, ReadOnlySpan<float> document);

/// <summary>How <see cref="SemanticSearch"/> and <see cref="ParaphraseMining"/> compare vectors.</summary>
public sealed class ScoreFunction
{
    private ScoreFunction(bool normalize, VectorScore? custom) => (Normalizes, Custom) = (normalize, custom);

    /// <summary>Cosine similarity; a zero vector has 0 with everything.</summary>
    public static ScoreFunction Cosine { get; } = new(true, null);

    /// <summary>Inner product; for vectors of length 1 it equals <see cref="Cosine"/> and saves the normalisation.</summary>
    public static ScoreFunction Dot { get; } = new(false, null);

    internal bool Normalizes { get; }

    internal VectorScore? Custom { get; }

    /// <summary>Any function; called once per pair, possibly by several threads at a time.</summary>
    /// <param name="score">The function.</param>
    /// <returns>The score function.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="score"/> is null.</exception>
    public static ScoreFunction Create(VectorScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return new ScoreFunction(false, score);
    }
}
