using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval;

/// <summary>From a question to the best passages: vector search, keyword search, fusion, deduplication, reranking, neighbours.</summary>
/// <remarks>
/// Works over every VectorData collection. A collection that offers <see cref="IKeywordSearchable{TRecord}"/> gets its
/// two lists fused here, with score and rank of each; from one with only a hybrid search the fused list is taken as it
/// comes; any other is searched by vectors alone. Safe for concurrent calls; owns none of what it is given.
/// </remarks>
/// <typeparam name="TRecord">The record type.</typeparam>
public sealed class Retriever<TRecord>
    where TRecord : class
{
    private readonly RetrieverOptions<TRecord> _options;
    private readonly CandidateSearch<TRecord> _search;
    private readonly NeighbourSearch<TRecord> _neighbours;
    private readonly Func<IReranker>? _reranker;
    private readonly Func<TRecord, string> _rerankText;
    private readonly ILogger _logger;

    /// <summary>Creates a retriever.</summary>
    /// <param name="collection">Where to search.</param>
    /// <param name="reranker">Orders the candidates; null leaves them in the order of the search.</param>
    /// <param name="queryGenerator">Embeds the queries, for models that embed queries and documents differently; null leaves it to the collection.</param>
    /// <param name="options">How to retrieve; null for the defaults.</param>
    /// <param name="loggerFactory">Where failures that are survived are logged; null for nowhere.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The record type does not say which property is its text or its key, and no selector does.</exception>
    public Retriever(
        IVectorSearchable<TRecord> collection,
        IReranker? reranker = null,
        IEmbeddingGenerator<string, Embedding<float>>? queryGenerator = null,
        RetrieverOptions<TRecord>? options = null,
        ILoggerFactory? loggerFactory = null)
        : this(collection, reranker is null ? null : () => reranker, queryGenerator, options, loggerFactory)
    {
    }

    internal Retriever(
        IVectorSearchable<TRecord> collection,
        Func<IReranker>? reranker,
        IEmbeddingGenerator<string, Embedding<float>>? queryGenerator,
        RetrieverOptions<TRecord>? options,
        ILoggerFactory? loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(collection);
        _options = (RetrieverOptions<TRecord>)(options ?? new RetrieverOptions<TRecord>()).Snapshot();
        var text = _options.TextSelector ?? RecordText.ShownOf<TRecord>();
        _rerankText = _options.RerankTextSelector ?? (_options.TextSelector is null ? RecordText.RerankedOf<TRecord>() : text);
        _search = new CandidateSearch<TRecord>(collection, queryGenerator, _options.KeySelector ?? RecordKey.For<TRecord>(), text);
        _neighbours = new NeighbourSearch<TRecord>(collection, _options.NeighbourSource);
        _reranker = reranker;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<Retriever<TRecord>>();
    }

    /// <summary>Finds the records that answer a question best.</summary>
    /// <param name="query">The question.</param>
    /// <param name="options">What this call does differently; null for nothing.</param>
    /// <param name="cancellationToken">Stops embedding, searches and reranking.</param>
    /// <returns>The hits with what each stage said about them, the dropped candidates and the timings.</returns>
    /// <exception cref="ArgumentException"><paramref name="query"/> or an additional query is blank, or an option is out of range.</exception>
    public async Task<RetrievalResult<TRecord>> RetrieveAsync(string query, RetrievalOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        var call = options ?? new RetrievalOptions<TRecord>();
        var settings = Merge(call);
        if (call.AdditionalQueries.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("An additional query is blank. Leave it out, or say what to search for.", nameof(options));
        }

        long start = Stopwatch.GetTimestamp();
        string[] queries = [query, .. call.AdditionalQueries];
        bool hybrid = settings.Hybrid && !call.KeywordsOnly && _search.CanSearchKeywords;
        int window = Math.Max(settings.Candidates, settings.Top);
        bool rerank = settings.Rerank && _reranker is not null;
        var (found, embed, search, keywords) = await SearchAsync(queries, Math.Max(settings.SearchDepth, window), hybrid, rerank, call, cancellationToken).ConfigureAwait(false);

        var dropped = new List<DroppedHit<TRecord>>();
        var candidates = Candidates(found, window, settings.Deduplicate, dropped);
        rerank = rerank && candidates.Count > 0;
        long rerankStart = Stopwatch.GetTimestamp();
        var failure = rerank ? await RerankAsync(query, candidates, settings, dropped, cancellationToken).ConfigureAwait(false) : null;
        var rerankTime = rerank ? Stopwatch.GetElapsedTime(rerankStart) : TimeSpan.Zero;
        var hits = Cut(candidates, settings.Top, dropped);

        long neighbourStart = Stopwatch.GetTimestamp();
        if (settings.Neighbours > 0)
        {
            await _neighbours.FetchAsync(hits, settings.Neighbours, cancellationToken).ConfigureAwait(false);
        }

        var neighbourTime = settings.Neighbours > 0 ? Stopwatch.GetElapsedTime(neighbourStart) : TimeSpan.Zero;
        var timings = new RetrievalTimings(embed, search, keywords, rerankTime, neighbourTime, Stopwatch.GetElapsedTime(start));
        return new RetrievalResult<TRecord>(query, queries, hits, dropped, timings)
        {
            Hybrid = hybrid,
            Reranked = rerank && failure is null,
            RerankFailure = failure,
        };
    }

    private async Task<(List<RetrievalHit<TRecord>> Candidates, TimeSpan Embed, TimeSpan Search, TimeSpan Keywords)> SearchAsync(
        string[] queries, int depth, bool hybrid, bool rerank, RetrievalOptions<TRecord> call, CancellationToken cancellationToken)
    {
        if (!rerank)
        {
            return await _search.SearchAsync(queries, depth, hybrid, call, cancellationToken).ConfigureAwait(false);
        }

        using (RerankScope.Enter())
        {
            return await _search.SearchAsync(queries, depth, hybrid, call, cancellationToken).ConfigureAwait(false);
        }
    }

    private RetrieverOptions<TRecord> Merge(RetrievalOptions<TRecord> call)
    {
        var merged = (RetrieverOptions<TRecord>)_options.Snapshot();
        merged.Top = call.Top ?? merged.Top;
        merged.Candidates = call.Candidates ?? merged.Candidates;
        merged.Hybrid = call.Hybrid ?? merged.Hybrid;
        merged.Rerank = call.Rerank ?? merged.Rerank;
        merged.ScoreThreshold = call.ScoreThreshold ?? merged.ScoreThreshold;
        merged.Neighbours = call.Neighbours ?? merged.Neighbours;
        return (RetrieverOptions<TRecord>)merged.Snapshot();
    }

    private static List<RetrievalHit<TRecord>> Candidates(
        List<RetrievalHit<TRecord>> found, int window, bool deduplicate, List<DroppedHit<TRecord>> dropped)
    {
        var candidates = new List<RetrievalHit<TRecord>>(window);
        var texts = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var hit in found)
        {
            if (candidates.Count == window)
            {
                break;
            }

            if (deduplicate && !texts.Add(string.Join(' ', hit.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))))
            {
                dropped.Add(new DroppedHit<TRecord>(hit, DropReason.Duplicate));
                continue;
            }

            hit.RankBefore = candidates.Count;
            candidates.Add(hit);
        }

        return candidates;
    }

    private async Task<Exception?> RerankAsync(
        string query, List<RetrievalHit<TRecord>> candidates, RetrieverOptions<TRecord> settings, List<DroppedHit<TRecord>> dropped, CancellationToken cancellationToken)
    {
        RetrievalHit<TRecord>[] before = [.. candidates];
        string[] texts = [.. before.Select(hit => _rerankText(hit.Record))];
        var outcome = await new RerankStage(settings, _logger).RunAsync(_reranker!, query, texts, searchScores: null, cancellationToken).ConfigureAwait(false);
        candidates.Clear();
        candidates.AddRange(outcome.Kept.Select(k => Note(before[k.Index], k.Scores)));
        dropped.AddRange(outcome.Dropped.Select(d => new DroppedHit<TRecord>(
            Note(before[d.Index], d.Scores), d.Scores.Rerank is null ? DropReason.LeftOutByReranker : DropReason.BelowThreshold)));
        return outcome.Failure;
    }

    private static RetrievalHit<TRecord> Note(RetrievalHit<TRecord> hit, RerankScores scores)
    {
        hit.Rerank = scores.Rerank;
        hit.Blended = scores.Blended;
        return hit;
    }

    private static RetrievalHit<TRecord>[] Cut(List<RetrievalHit<TRecord>> candidates, int top, List<DroppedHit<TRecord>> dropped)
    {
        for (int rank = 0; rank < candidates.Count; rank++)
        {
            candidates[rank].Rank = rank;
            if (rank >= top)
            {
                dropped.Add(new DroppedHit<TRecord>(candidates[rank], DropReason.BeyondTop));
            }
        }

        return [.. candidates.Take(top)];
    }
}
