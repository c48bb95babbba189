using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval;

/// <summary>What the decorators of vector search and hybrid search share: over-fetch, rerank, cut.</summary>
internal sealed class RecordReranker<TRecord>
    where TRecord : class
{
    private readonly RerankingSearchOptions<TRecord> _options;
    private readonly RerankStage _stage;
    private readonly Func<TRecord, string> _text;

    public RecordReranker(IReranker reranker, RerankingSearchOptions<TRecord>? options, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        Reranker = reranker;
        _options = (RerankingSearchOptions<TRecord>)(options ?? new RerankingSearchOptions<TRecord>()).Snapshot();
        _stage = new RerankStage(_options, logger ?? NullLogger.Instance);
        _text = _options.TextSelector ?? RecordText.RerankedOf<TRecord>();
    }

    public IReranker Reranker { get; }

    /// <summary>How many results the search below should return, without any left out in front.</summary>
    public int Window(int top, int skip) => Math.Max(_options.Candidates, (int)Math.Min((long)top + skip, int.MaxValue));

    /// <summary>Reranks what the search below returned, then leaves out and keeps what its caller asked for.</summary>
    public async Task<IEnumerable<RerankedHit<TRecord>>> RunAsync(
        string query, IAsyncEnumerable<VectorSearchResult<TRecord>> found, int top, int skip, CancellationToken cancellationToken)
    {
        var results = new List<VectorSearchResult<TRecord>>();
        await foreach (var result in found.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            results.Add(result);
        }

        string[] texts = [.. results.Select(r => _text(r.Record))];
        double?[] scores = [.. results.Select(r => r.Score)];
        var outcome = await _stage.RunAsync(() => Reranker, query, texts, scores, cancellationToken).ConfigureAwait(false);
        return outcome.Kept.Skip(skip).Take(top).Select(kept => new RerankedHit<TRecord>(results[kept.Index].Record, kept.Scores));
    }

    /// <summary>The score that a caller who knows nothing of reranking sees: the reranker's; the search's where no reranker had a say in the whole list.</summary>
    public static IEnumerable<VectorSearchResult<TRecord>> ToResults(IEnumerable<RerankedHit<TRecord>> hits)
    {
        RerankedHit<TRecord>[] list = [.. hits];
        bool reranked = list.Any(hit => hit.Scores.Rerank is not null);
        return list.Select(hit => new VectorSearchResult<TRecord>(hit.Record, reranked ? hit.Scores.Rerank?.Score : hit.Scores.Search.Score));
    }
}
