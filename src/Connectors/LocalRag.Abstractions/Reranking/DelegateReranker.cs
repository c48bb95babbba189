namespace LocalRag;

/// <summary>A reranker made of a function that scores documents.</summary>
/// <remarks>As safe for concurrent calls as the function.</remarks>
public sealed class DelegateReranker : IReranker
{
    private readonly Func<string, IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<float>>> _score;
    private readonly RerankerMetadata _metadata;

    /// <summary>Makes a reranker of a function.</summary>
    /// <param name="score">Gives the scores of documents for a query, in the order of the documents, higher is better.</param>
    /// <param name="metadata">What the reranker says about itself; null for nothing.</param>
    public DelegateReranker(Func<string, IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<float>>> score, RerankerMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(score);
        _score = score;
        _metadata = metadata ?? new RerankerMetadata();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The function returned another number of scores than there are documents, or NaN.</exception>
    public async Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        if (documents.Count == 0)
        {
            return [];
        }

        var scores = await _score(query, documents, cancellationToken).ConfigureAwait(false);
        if (scores.Count != documents.Count)
        {
            throw new InvalidOperationException($"The scoring function returned {scores.Count} scores for {documents.Count} documents; it must return one for each, in their order.");
        }

        int bad = scores.Select((score, i) => float.IsNaN(score) ? i : -1).FirstOrDefault(i => i >= 0, -1);
        return bad < 0
            ? Ranking.Of(scores.Select((score, i) => new RerankResult(i, score)), options)
            : throw new InvalidOperationException($"The scoring function returned NaN for document {bad}.");
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(RerankerMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Does nothing: a function holds no resources that are ours.</summary>
    public void Dispose()
    {
    }
}
