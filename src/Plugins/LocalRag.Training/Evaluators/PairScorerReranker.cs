namespace LocalRag.Training.Evaluators;

/// <summary>A scorer of pairs as a reranker, so that one evaluator serves both.</summary>
internal sealed class PairScorerReranker(IPairScorer scorer) : IReranker
{
    public async Task<IReadOnlyList<RerankResult>> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        double[] scores = await scorer.FirstScoresAsync([.. documents.Select(d => (query, d))], cancellationToken).ConfigureAwait(false);
        return [.. scores.Select((score, i) => new RerankResult(i, (float)score)).OrderByDescending(r => r.Score).Take(options?.TopK ?? int.MaxValue)];
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        // The scorer is the caller's.
    }
}
