using Microsoft.Extensions.Logging;

namespace LocalRag.Plugins.Retrieval;

/// <summary>The one place where search results meet a reranker: time limit, checks, blending, threshold, fallback.</summary>
/// <remarks>Function filter, decorators and pipelines all come through here, so that they order alike. Safe for concurrent calls.</remarks>
internal sealed partial class RerankStage(RerankingOptions options, ILogger logger, TimeProvider? timeProvider = null)
{
    private readonly TimeProvider _timeProvider = timeProvider ?? TimeProvider.System;

    /// <summary>Reranks the first <see cref="RerankingOptions.Candidates"/> texts; those beyond follow in their old order, so that paging is stable.</summary>
    /// <param name="reranker">The reranker; opened only here, so that a failure to open it is one of those that can be survived.</param>
    /// <param name="query">The question.</param>
    /// <param name="texts">The candidates, in the order of the first search.</param>
    /// <param name="searchScores">The scores of the first search, parallel to <paramref name="texts"/>; null where it told none.</param>
    /// <param name="cancellationToken">Stops the reranker.</param>
    public async Task<RerankOutcome> RunAsync(
        Func<IReranker> reranker,
        string query,
        IReadOnlyList<string> texts,
        IReadOnlyList<double?>? searchScores,
        CancellationToken cancellationToken)
    {
        if (texts.Count == 0)
        {
            return new RerankOutcome([], [], Failure: null);
        }

        var candidates = texts.Count <= options.Candidates ? texts : [.. texts.Take(options.Candidates)];
        try
        {
            var results = await CallAsync(reranker, query, candidates, cancellationToken).ConfigureAwait(false);
            ThrowIfNonsense(results, candidates.Count);
            return Blend(results, candidates.Count, texts.Count, searchScores);
        }
        catch (Exception e) when (options.OnFailure == RerankFailureMode.KeepOrder && !cancellationToken.IsCancellationRequested)
        {
            LogKeptOrder(logger, candidates.Count, e);
            return new RerankOutcome([.. Enumerable.Range(0, texts.Count).Select(i => (i, Unranked(i, searchScores)))], [], e);
        }
    }

    private async Task<IReadOnlyList<RerankResult>> CallAsync(
        Func<IReranker> reranker, string query, IReadOnlyList<string> candidates, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (options.Timeout is not { } timeout)
        {
            return await reranker().RerankAsync(query, candidates, options: null, cancellationToken).ConfigureAwait(false);
        }

        using var limit = new CancellationTokenSource(timeout, _timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // On the pool and awaited apart, so that a reranker that works before its first await, or ignores its token, cannot hold the caller.
            return await Task.Run(() => reranker().RerankAsync(query, candidates, options: null, both.Token), both.Token)
                .WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The reranker did not answer for {candidates.Count} candidates within {timeout}. Allow more time, or lower Candidates.", e);
        }
    }

    private RerankOutcome Blend(IReadOnlyList<RerankResult> results, int candidateCount, int count, IReadOnlyList<double?>? searchScores)
    {
        // Rerankers return best first; sorting again costs nothing and keeps a careless implementation from mattering.
        var sorted = results.OrderByDescending(r => r.Score).ThenBy(r => r.Index).ToArray();
        var blended = options.RerankerOnly
            ? [.. sorted.Select((r, rank) => new BlendedResult(r.Index, rank, r.Score, r.Score))]
            : RankBlend.Order(sorted, options.RerankWeight);

        var kept = new List<(int, RerankScores)>(count);
        var dropped = new List<(int, RerankScores)>();
        var seen = new bool[candidateCount];
        foreach (var (index, rank, score, order) in blended)
        {
            seen[index] = true;
            var scores = new RerankScores(Search(index, searchScores), new StageScore(rank, score), order);
            (score < options.ScoreThreshold ? dropped : kept).Add((index, scores));
        }

        for (int i = 0; i < candidateCount; i++)
        {
            if (!seen[i])
            {
                dropped.Add((i, Unranked(i, searchScores)));
            }
        }

        // What the reranker has not seen has no score that could pass a threshold.
        for (int i = candidateCount; i < count && options.ScoreThreshold is null; i++)
        {
            kept.Add((i, Unranked(i, searchScores)));
        }

        dropped.Sort(static (a, b) => a.Item1.CompareTo(b.Item1));
        return new RerankOutcome(kept, dropped, Failure: null);
    }

    private static RerankScores Unranked(int index, IReadOnlyList<double?>? searchScores) => new(Search(index, searchScores), Rerank: null, Blended: null);

    private static StageScore Search(int index, IReadOnlyList<double?>? searchScores) => new(index, searchScores?[index]);

    private static void ThrowIfNonsense(IReadOnlyList<RerankResult> results, int count)
    {
        if (results is null)
        {
            throw new InvalidOperationException("The reranker returned null instead of a list of results.");
        }

        var seen = new bool[count];
        foreach (var (index, score) in results)
        {
            if ((uint)index >= (uint)count)
            {
                throw new InvalidOperationException($"The reranker returned document {index}, but was given {count} documents, numbered from 0.");
            }

            if (seen[index])
            {
                throw new InvalidOperationException($"The reranker returned document {index} twice.");
            }

            if (float.IsNaN(score))
            {
                throw new InvalidOperationException($"The reranker returned NaN as the score of document {index}.");
            }

            seen[index] = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reranking {CandidateCount} candidates failed; the order of the search is kept.")]
    private static partial void LogKeptOrder(ILogger logger, int candidateCount, Exception exception);
}
