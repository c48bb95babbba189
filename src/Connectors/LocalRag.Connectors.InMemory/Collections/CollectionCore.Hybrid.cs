using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory;

internal sealed partial class CollectionCore<TKey, TRecord>
{
    // Deep enough that a record which one list ranks low can still win by the other.
    private const int SmallestWindow = 100;
    private const int WindowFactor = 4;

    public async IAsyncEnumerable<HybridSearchHit<TRecord>> HybridSearchAsync<TInput>(
        TInput value, ICollection<string> keywords, int top, HybridSearchOptions<TRecord> options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TInput : notnull
    {
        using var operation = StoreTelemetry.Start("hybrid_search", settings);
        var own = options as InMemoryHybridSearchOptions<TRecord> ?? new InMemoryHybridSearchOptions<TRecord>();
        ArgumentOutOfRangeException.ThrowIfNegative(own.VectorWeight, nameof(own.VectorWeight));
        ArgumentOutOfRangeException.ThrowIfNegative(own.KeywordWeight, nameof(own.KeywordWeight));
        ArgumentOutOfRangeException.ThrowIfLessThan(own.RankConstant, 1, nameof(own.RankConstant));
        var includeVectors = CheckIncludeVectors(options.IncludeVectors);
        var vectorProperty = settings.Model.GetVectorPropertyOrSingle(new VectorSearchOptions<TRecord> { VectorProperty = options.VectorProperty });
        var textProperty = settings.Model.GetFullTextDataPropertyOrSingle(options.AdditionalProperty);
        QueryVectors.Check(settings, vectorProperty, value);
        Bind();
        var query = await QueryVectors.CreateAsync(settings, vectorProperty, value, cancellationToken).ConfigureAwait(false);
        var bound = Bind();
        var snapshot = bound.Data.Current;
        var (matches, candidates) = bound.Compile(options.Filter, snapshot);
        var index = CheckQuery(bound, snapshot, vectorProperty, query.Vector, query.Space);
        var window = Math.Max(SmallestWindow, (int)Math.Min(int.MaxValue, WindowFactor * ((long)top + options.Skip)));

        var vectors = await FindNearestAsync(snapshot, index, query.Vector, window, matches, candidates, cancellationToken).ConfigureAwait(false);
        var words = SearchKeywords(snapshot, bound.Schema.IndexOfData(textProperty.StorageName), keywords, window, matches, cancellationToken);
        var fused = RankFusion.Fuse(vectors, words, own.Fusion, own.VectorWeight, own.KeywordWeight, own.RankConstant);
        var metric = bound.Metrics[index];
        foreach (var row in fused.Skip(options.Skip).Take(top))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (options.ScoreThreshold is { } threshold && row.Score < threshold)
                yield break;
            yield return new HybridSearchHit<TRecord>(
                bound.Read(snapshot.Table, row.Row, includeVectors),
                row.Score,
                row.VectorKey is { } key ? metric.ToScore(key) : null,
                row.VectorRank,
                row.KeywordKey,
                row.KeywordRank);
        }
    }

    /// <summary>Records that hold any of the keywords, by BM25.</summary>
    public IEnumerable<VectorSearchResult<TRecord>> SearchKeywords(
        ICollection<string> keywords, int top, HybridSearchOptions<TRecord> options, CancellationToken cancellationToken)
    {
        var includeVectors = CheckIncludeVectors(options.IncludeVectors);
        var textProperty = settings.Model.GetFullTextDataPropertyOrSingle(options.AdditionalProperty);
        var bound = Bind();
        var snapshot = bound.Data.Current;
        var (matches, _) = bound.Compile(options.Filter, snapshot);
        var hits = SearchKeywords(snapshot, bound.Schema.IndexOfData(textProperty.StorageName), keywords, Limit(top, options.Skip), matches, cancellationToken);
        foreach (var hit in hits.Skip(options.Skip))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (options.ScoreThreshold is { } threshold && hit.Key < threshold)
                yield break;
            yield return new VectorSearchResult<TRecord>(bound.Read(snapshot.Table, hit.Row, includeVectors), hit.Key);
        }
    }

    private static Hit[] SearchKeywords(Snapshot snapshot, int column, ICollection<string> keywords, int window, Func<int, bool>? matches, CancellationToken cancellationToken)
    {
        if (snapshot.Table.Texts[column] is not { } index || snapshot.RowCount == 0)
            return [];
        var best = new TopK(Math.Min(window, snapshot.RowCount));
        try
        {
            index.Search(snapshot, snapshot.Texts[column], keywords, matches, ref best, cancellationToken);
            return best.Drain();
        }
        finally
        {
            best.Dispose();
        }
    }
}
