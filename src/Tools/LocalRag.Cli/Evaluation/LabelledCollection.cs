using LocalRag.Connectors.InMemory;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Evaluation;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.VectorData;

namespace LocalRag.Cli.Evaluation;

/// <summary>A labelled collection in the in-memory store, searched the ways that an application can search it.</summary>
/// <remarks>Every list is document ids, best first.</remarks>
internal sealed class LabelledCollection : IDisposable
{
    /// <summary>How many hits each of the two lists brings into a hybrid search.</summary>
    public const int FusedDepth = 50;

    // Vectors of a window go into the store before the next is computed.
    private const int Window = 1024;

    private readonly RetrievalDataset _dataset;
    private readonly BiEncoder? _encoder;
    private readonly InMemoryCollection<string, LabelledText> _collection;

    private LabelledCollection(RetrievalDataset dataset, BiEncoder? encoder, KeywordAnalysis analysis)
    {
        _dataset = dataset;
        _encoder = encoder;
        _collection = new("labelled", new()
        {
            Definition = LabelledText.CreateDefinition(encoder?.Dimensions, encoder?.SimilarityFunction ?? default),
            KeywordAnalysis = analysis,
        });
    }

    /// <summary>Indexes the documents of a dataset.</summary>
    /// <param name="dataset">The documents and questions.</param>
    /// <param name="encoder">Makes the vectors; null searches by keywords alone. Not disposed.</param>
    /// <param name="analysis">How text becomes keywords.</param>
    /// <param name="progress">Told how many documents are done.</param>
    /// <param name="cancellationToken">Stops the model.</param>
    public static async Task<LabelledCollection> CreateAsync(
        RetrievalDataset dataset, BiEncoder? encoder, KeywordAnalysis analysis = KeywordAnalysis.EnglishStopWords, Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var labelled = new LabelledCollection(dataset, encoder, analysis);
        await labelled._collection.EnsureCollectionExistsAsync(cancellationToken).ConfigureAwait(false);
        long done = 0;
        foreach (var window in dataset.Corpus.Chunk(Window))
        {
            var vectors = encoder?.EncodeDocument([.. window.Select(document => document.Value)], options: null, cancellationToken);
            await labelled._collection.UpsertAsync(window.Select((document, i) => new LabelledText { Id = document.Key, Text = document.Value, Vector = vectors?[i] }), cancellationToken).ConfigureAwait(false);
            progress?.Invoke(done += window.Length);
        }

        return labelled;
    }

    /// <summary>Finds documents by BM25, for each question.</summary>
    public Task<IReadOnlyList<IReadOnlyList<string>>> SearchKeywordsAsync(IReadOnlyList<string> questions, int depth, CancellationToken cancellationToken) =>
        EachAsync(questions, question => _collection.KeywordSearchAsync([question], depth, options: null, cancellationToken), cancellationToken);

    /// <summary>Finds documents by their vectors, for each question.</summary>
    public Task<IReadOnlyList<IReadOnlyList<string>>> SearchVectorsAsync(IReadOnlyList<string> questions, int depth, CancellationToken cancellationToken) =>
        EachAsync(
            _encoder!.EncodeQuery(questions, options: null, cancellationToken),
            vector => _collection.SearchAsync(new ReadOnlyMemory<float>(vector), depth, options: null, cancellationToken),
            cancellationToken);

    /// <summary>Finds documents by both and fuses the ranks, for each question.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> SearchHybridAsync(IReadOnlyList<string> questions, CancellationToken cancellationToken)
    {
        var vectors = await SearchVectorsAsync(questions, FusedDepth, cancellationToken).ConfigureAwait(false);
        var words = await SearchKeywordsAsync(questions, FusedDepth, cancellationToken).ConfigureAwait(false);
        return [.. vectors.Zip(words, (one, other) => (IReadOnlyList<string>)[.. RankFusion.Fuse([one, other]).Select(fused => (string)fused.Key)])];
    }

    /// <summary>Reorders the beginning of each list.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="lists">The list of each question.</param>
    /// <param name="reranker">Reads question and document.</param>
    /// <param name="candidates">How many documents of each list it reads; the others keep their order behind them.</param>
    /// <param name="weight">The weight of its rank against that of the list; null takes its order alone.</param>
    /// <param name="progress">Told how many questions are done.</param>
    /// <param name="cancellationToken">Stops the reranker.</param>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> RerankAsync(
        IReadOnlyList<string> questions, IReadOnlyList<IReadOnlyList<string>> lists, IReranker reranker, int candidates, double? weight, Action<long>? progress, CancellationToken cancellationToken)
    {
        var scored = await ScoreAsync(questions, lists, reranker, candidates, progress, cancellationToken).ConfigureAwait(false);
        return [.. lists.Zip(scored, (list, results) => Blend(list, results, weight))];
    }

    /// <summary>What a reranker says about the beginning of each list, best first.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<RerankResult>>> ScoreAsync(
        IReadOnlyList<string> questions, IReadOnlyList<IReadOnlyList<string>> lists, IReranker reranker, int candidates, Action<long>? progress, CancellationToken cancellationToken)
    {
        var texts = _dataset.Corpus.ToDictionary(StringComparer.Ordinal);
        var scored = new List<IReadOnlyList<RerankResult>>(questions.Count);
        foreach (var (question, list) in questions.Zip(lists))
        {
            string[] documents = [.. list.Take(candidates).Select(id => texts[id])];
            scored.Add(await reranker.RerankAsync(question, documents, options: null, cancellationToken).ConfigureAwait(false));
            progress?.Invoke(scored.Count);
        }

        return scored;
    }

    /// <summary>The list in its new order.</summary>
    /// <param name="list">The list as the search found it.</param>
    /// <param name="reranked">What the reranker said about its beginning.</param>
    /// <param name="weight">The weight of its rank against that of the list; null takes its order alone.</param>
    public static IReadOnlyList<string> Blend(IReadOnlyList<string> list, IReadOnlyList<RerankResult> reranked, double? weight)
    {
        var order = weight is { } given ? RankBlend.Order(reranked, given).Select(result => result.Index) : reranked.Select(result => result.Index);
        return [.. order.Select(index => list[index]), .. list.Skip(reranked.Count)];
    }

    public void Dispose() => _collection.Dispose();

    private static async Task<IReadOnlyList<IReadOnlyList<string>>> EachAsync<T>(
        IReadOnlyList<T> questions, Func<T, IAsyncEnumerable<VectorSearchResult<LabelledText>>> search, CancellationToken cancellationToken)
    {
        var lists = new List<IReadOnlyList<string>>(questions.Count);
        foreach (var question in questions)
        {
            var ids = new List<string>();
            await foreach (var result in search(question).WithCancellation(cancellationToken).ConfigureAwait(false))
                ids.Add(result.Record.Id);
            lists.Add(ids);
        }

        return lists;
    }
}
