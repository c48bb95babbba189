using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval;

/// <summary>What the decorators of vector search and hybrid search share: over-fetch, rerank, cut.</summary>
internal sealed class RecordReranker<TRecord>
    where TRecord : class
{
    private readonly IReranker _reranker;
    private readonly RerankingSearchOptions<TRecord> _options;
    private readonly RerankStage _stage;
    private readonly Func<TRecord, string> _text;

    public RecordReranker(IReranker reranker, RerankingSearchOptions<TRecord>? options, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        _reranker = reranker;
        _options = (RerankingSearchOptions<TRecord>)(options ?? new RerankingSearchOptions<TRecord>()).Snapshot();
        _stage = new RerankStage(_options, logger ?? NullLogger.Instance);
        _text = _options.TextSelector ?? RecordText.RerankedOf<TRecord>();
    }

    /// <summary>Whether a search is one to rerank: by text, and not made by a reranking that is under way.</summary>
    public static bool Applies<TInput>(TInput searchValue, [NotNullWhen(true)] out string? query)
    {
        query = searchValue as string;
        return !string.IsNullOrWhiteSpace(query) && !RerankScope.IsInside;
    }

    /// <summary>Searches wide, reranks what was found, then leaves out and keeps what the caller asked for.</summary>
    /// <param name="query">The question.</param>
    /// <param name="top">How many hits the caller wants.</param>
    /// <param name="skip">How many it leaves out in front, which the search below must not.</param>
    /// <param name="search">The search below, told how many results it should return.</param>
    /// <param name="cancellationToken">Stops search and reranking.</param>
    public async Task<IReadOnlyList<RerankedHit<TRecord>>> SearchAsync(
        string query, int top, int skip, Func<int, IAsyncEnumerable<VectorSearchResult<TRecord>>> search, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        int window = Math.Max(_options.Candidates, (int)Math.Min((long)top + skip, int.MaxValue));
        var results = new List<VectorSearchResult<TRecord>>();
        await foreach (var result in search(window).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            results.Add(result);
        }

        string[] texts = [.. results.Select(r => _text(r.Record))];
        double?[] scores = [.. results.Select(r => r.Score)];
        var outcome = await _stage.RunAsync(() => _reranker, query, texts, scores, cancellationToken).ConfigureAwait(false);
        return [.. outcome.Kept.Skip(skip).Take(top).Select(kept => new RerankedHit<TRecord>(results[kept.Index].Record, kept.Scores))];
    }

    /// <summary>The hits as a caller who knows nothing of reranking sees them: with the reranker's score; the search's where no reranker had a say in the whole list.</summary>
    public static async IAsyncEnumerable<VectorSearchResult<TRecord>> ResultsAsync(
        Func<CancellationToken, Task<IReadOnlyList<RerankedHit<TRecord>>>> search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var hits = await search(cancellationToken).ConfigureAwait(false);
        bool reranked = hits.Any(hit => hit.Scores.Rerank is not null);
        foreach (var hit in hits)
        {
            yield return new(hit.Record, reranked ? hit.Scores.Rerank?.Score : hit.Scores.Search.Score);
        }
    }

    /// <summary>The decorator or its reranker, where one of them is asked for.</summary>
    public object? GetService(object decorator, Type serviceType, object? serviceKey)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null ? new[] { decorator, _reranker }.FirstOrDefault(serviceType.IsInstanceOfType) : null;
    }
}
