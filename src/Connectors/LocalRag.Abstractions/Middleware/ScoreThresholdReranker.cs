namespace LocalRag;

/// <summary>Drops what scores below a threshold, where a call names none itself.</summary>
public sealed class ScoreThresholdReranker : DelegatingReranker
{
    private readonly float _threshold;

    /// <summary>Wraps a reranker.</summary>
    /// <param name="innerReranker">The wrapped one.</param>
    /// <param name="threshold">The lowest score that is kept, on the reranker's own scale; not NaN.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is NaN.</exception>
    public ScoreThresholdReranker(IReranker innerReranker, float threshold)
        : base(innerReranker)
    {
        if (float.IsNaN(threshold))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must be a number on the scale of the reranker's scores.");
        }

        _threshold = threshold;
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        var own = options?.Clone() ?? new RerankOptions();
        own.ScoreThreshold ??= _threshold;
        return base.RerankAsync(query, documents, own, cancellationToken);
    }
}
