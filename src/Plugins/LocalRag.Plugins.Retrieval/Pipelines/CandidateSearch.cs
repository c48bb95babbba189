using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Plugins.Retrieval;

/// <summary>The first half of a retrieval: queries to one list of candidates, through vectors, keywords and fusion.</summary>
internal sealed class CandidateSearch<TRecord>(
    IVectorSearchable<TRecord> collection,
    IEmbeddingGenerator<string, Embedding<float>>? queryGenerator,
    Func<TRecord, object> key,
    Func<TRecord, string> text)
    where TRecord : class
{
    private readonly IKeywordSearchable<TRecord>? _keywords =
        collection as IKeywordSearchable<TRecord> ?? collection.GetService(typeof(IKeywordSearchable<TRecord>)) as IKeywordSearchable<TRecord>;

    private readonly IKeywordHybridSearchable<TRecord>? _hybrid =
        collection as IKeywordHybridSearchable<TRecord> ?? collection.GetService(typeof(IKeywordHybridSearchable<TRecord>)) as IKeywordHybridSearchable<TRecord>;

    public bool CanSearchKeywords => _keywords is not null || _hybrid is not null;

    /// <summary>Candidates in the order of the fused lists, each with what its stages said.</summary>
    public async Task<(List<RetrievalHit<TRecord>> Candidates, TimeSpan Embed, TimeSpan Search, TimeSpan Keywords)> SearchAsync(
        IReadOnlyList<string> queries, int depth, bool hybrid, RetrievalOptions<TRecord> options, CancellationToken cancellationToken)
    {
        if (options.KeywordsOnly)
        {
            return await SearchKeywordsAsync(queries, depth, options, cancellationToken).ConfigureAwait(false);
        }

        long start = Stopwatch.GetTimestamp();
        var values = await EmbedAsync(queries, cancellationToken).ConfigureAwait(false);
        var embed = queryGenerator is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(start);

        // The keyword list is asked for last, so that a collection that answers at once is timed for each list apart.
        var vectorLists = TimeAsync(values.Select((value, i) =>
            hybrid && _keywords is null ? HybridAsync(value, queries[i], depth, options, cancellationToken) : VectorsAsync(value, depth, options, cancellationToken)));
        var keywordLists = TimeAsync(hybrid && _keywords is not null ? queries.Select(query => KeywordsAsync(query, depth, options, cancellationToken)) : []);
        var (vectors, search) = await vectorLists.ConfigureAwait(false);
        var (keywords, keywordTime) = await keywordLists.ConfigureAwait(false);
        return (Merge(vectors, keywords, fusedByCollection: hybrid && _keywords is null), embed, search, keywordTime);
    }

    private async Task<(List<RetrievalHit<TRecord>> Candidates, TimeSpan Embed, TimeSpan Search, TimeSpan Keywords)> SearchKeywordsAsync(
        IReadOnlyList<string> queries, int depth, RetrievalOptions<TRecord> options, CancellationToken cancellationToken)
    {
        if (_keywords is null)
        {
            throw new NotSupportedException(
                $"A search by keywords alone was asked for, but a {collection.GetType().Name} does not offer {nameof(IKeywordSearchable<TRecord>)}. Search by vectors or hybrid.");
        }

        var (lists, time) = await TimeAsync(queries.Select(query => KeywordsAsync(query, depth, options, cancellationToken))).ConfigureAwait(false);
        return (Merge([], lists, fusedByCollection: false), TimeSpan.Zero, TimeSpan.Zero, time);
    }

    /// <summary>The words of a query, as the keyword half of a hybrid search wants them.</summary>
    public static ICollection<string> Words(string query) => [.. query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)];

    private List<RetrievalHit<TRecord>> Merge(
        IReadOnlyList<List<VectorSearchResult<TRecord>>> vectors, IReadOnlyList<List<VectorSearchResult<TRecord>>> keywords, bool fusedByCollection)
    {
        var hits = new Dictionary<object, RetrievalHit<TRecord>>();
        var lists = new List<IReadOnlyList<object>>(vectors.Count + keywords.Count);
        foreach (var list in vectors)
        {
            lists.Add(Place(list, hits, fusedByCollection
                ? static (hit, stage) => hit.Fused = Better(hit.Fused, stage)
                : static (hit, stage) => hit.Vector = Better(hit.Vector, stage)));
        }

        foreach (var list in keywords)
        {
            lists.Add(Place(list, hits, static (hit, stage) => hit.Keyword = Better(hit.Keyword, stage)));
        }

        if (lists.Count == 1)
        {
            return [.. lists[0].Select(k => hits[k])];
        }

        return [.. RankFusion.Fuse(lists).Select((fused, rank) =>
        {
            var hit = hits[fused.Key];
            hit.Fused = new StageScore(rank, fused.Score);
            return hit;
        })];
    }

    private object[] Place(List<VectorSearchResult<TRecord>> list, Dictionary<object, RetrievalHit<TRecord>> hits, Action<RetrievalHit<TRecord>, StageScore> place)
    {
        var keys = new object[list.Count];
        for (int rank = 0; rank < keys.Length; rank++)
        {
            keys[rank] = key(list[rank].Record);
            if (!hits.TryGetValue(keys[rank], out var hit))
            {
                hits[keys[rank]] = hit = new RetrievalHit<TRecord>(list[rank].Record, keys[rank], text(list[rank].Record));
            }

            place(hit, new StageScore(rank, list[rank].Score));
        }

        return keys;
    }

    private static StageScore Better(StageScore? old, StageScore stage) => old is { } known && known.Rank <= stage.Rank ? known : stage;

    private async Task<IReadOnlyList<object>> EmbedAsync(IReadOnlyList<string> queries, CancellationToken cancellationToken)
    {
        if (queryGenerator is null)
        {
            return queries;
        }

        var embeddings = await queryGenerator.GenerateAsync(queries, options: null, cancellationToken).ConfigureAwait(false);
        if (embeddings.Count != queries.Count)
        {
            throw new InvalidOperationException($"The query embedding generator returned {embeddings.Count} vectors for {queries.Count} queries.");
        }

        // A store that knows the space of its vectors can then refuse those of another model.
        if (queryGenerator.GetService(typeof(VectorSpace)) is VectorSpace space)
        {
            foreach (var embedding in embeddings)
            {
                (embedding.AdditionalProperties ??= [])[nameof(VectorSpace)] = space;
            }
        }

        return [.. embeddings];
    }

    private Task<List<VectorSearchResult<TRecord>>> VectorsAsync(object value, int depth, RetrievalOptions<TRecord> options, CancellationToken cancellationToken)
    {
        var search = new VectorSearchOptions<TRecord> { Filter = options.Filter };
        return CollectAsync(value is string query
            ? collection.SearchAsync(query, depth, search, cancellationToken)
            : collection.SearchAsync((Embedding<float>)value, depth, search, cancellationToken), cancellationToken);
    }

    private Task<List<VectorSearchResult<TRecord>>> HybridAsync(object value, string query, int depth, RetrievalOptions<TRecord> options, CancellationToken cancellationToken)
    {
        var search = new HybridSearchOptions<TRecord> { Filter = options.Filter };
        return CollectAsync(value is string
            ? _hybrid!.HybridSearchAsync(query, Words(query), depth, search, cancellationToken)
            : _hybrid!.HybridSearchAsync((Embedding<float>)value, Words(query), depth, search, cancellationToken), cancellationToken);
    }

    private Task<List<VectorSearchResult<TRecord>>> KeywordsAsync(string query, int depth, RetrievalOptions<TRecord> options, CancellationToken cancellationToken) =>
        CollectAsync(_keywords!.KeywordSearchAsync(Words(query), depth, new HybridSearchOptions<TRecord> { Filter = options.Filter }, cancellationToken), cancellationToken);

    private static async Task<List<VectorSearchResult<TRecord>>> CollectAsync(IAsyncEnumerable<VectorSearchResult<TRecord>> results, CancellationToken cancellationToken)
    {
        var list = new List<VectorSearchResult<TRecord>>();
        await foreach (var result in results.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            list.Add(result);
        }

        return list;
    }

    private static async Task<(IReadOnlyList<List<VectorSearchResult<TRecord>>> Lists, TimeSpan Time)> TimeAsync(IEnumerable<Task<List<VectorSearchResult<TRecord>>>> searches)
    {
        long start = Stopwatch.GetTimestamp();
        var lists = await Task.WhenAll(searches).ConfigureAwait(false);
        return (lists, lists.Length == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(start));
    }
}
