using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace LocalRag.Evaluation;

/// <summary>Measures how well ranked lists, or the vectors of a generator, find the documents that answer labelled questions.</summary>
/// <remarks>
/// Computes accuracy, precision, recall, MRR, nDCG and MAP at k as sentence-transformers' evaluator of this name does; questions without a
/// relevant document are left out. Immutable and safe for concurrent calls.
/// </remarks>
public sealed class InformationRetrievalEvaluator
{
    private readonly RetrievalDataset _dataset;
    private readonly InformationRetrievalOptions _options;
    private readonly List<KeyValuePair<string, string>> _queries;

    /// <summary>Creates an evaluator for one dataset.</summary>
    /// <param name="dataset">The labelled questions.</param>
    /// <param name="options">Which metrics to report; null takes the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range, or no question has a relevant document.</exception>
    public InformationRetrievalEvaluator(RetrievalDataset dataset, InformationRetrievalOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        _dataset = dataset;
        _options = (options ?? new()).Validated();
        _queries = [.. dataset.Queries.Where(q => dataset.Relevant.TryGetValue(q.Key, out var relevant) && relevant.Count > 0)];
        if (_queries.Count == 0)
        {
            throw new ArgumentException("None of the questions has a relevant document. Check that the judgements use the ids of the question file.", nameof(dataset));
        }
    }

    /// <summary>The questions that count: those with at least one relevant document, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Queries => _queries;

    /// <summary>Computes the metrics of given ranked lists.</summary>
    /// <param name="rankings">For each of <see cref="Queries"/>, in that order, the ids of the found documents, best first.</param>
    /// <param name="kind">Middle part of the names: <c>cosine</c>, <c>dot</c>, <c>bm25</c>, <c>hybrid</c>, <c>reranked</c>.</param>
    /// <returns>The means over the questions by name, <c>{name}_{kind}_{metric}@{k}</c>, in a fixed order.</returns>
    /// <exception cref="ArgumentException">There are more or fewer lists than questions.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(IReadOnlyList<IReadOnlyList<string>> rankings, string kind)
    {
        ArgumentNullException.ThrowIfNull(rankings);
        ArgumentException.ThrowIfNullOrWhiteSpace(kind);
        if (rankings.Count != _queries.Count)
        {
            throw new ArgumentException($"Expected one list for each of the {_queries.Count} questions, found {rankings.Count}.", nameof(rankings));
        }

        var lists = new List<(bool[] Hits, int Relevant)>(rankings.Count);
        for (var q = 0; q < rankings.Count; q++)
        {
            var relevant = _dataset.Relevant[_queries[q].Key];
            lists.Add(([.. rankings[q].Select(relevant.Contains)], relevant.Count));
        }

        var metrics = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        var prefix = _options.Name.Length == 0 ? kind : $"{_options.Name}_{kind}";
        Report("accuracy", _options.AccuracyAtK, (hits, _, k) => RankingMetrics.Accuracy(hits, k));
        Report("precision", _options.PrecisionRecallAtK, (hits, _, k) => RankingMetrics.Precision(hits, k));
        Report("recall", _options.PrecisionRecallAtK, (hits, relevant, k) => RankingMetrics.Recall(hits, k, relevant));
        Report("ndcg", _options.NdcgAtK, (hits, relevant, k) => RankingMetrics.Ndcg(hits, k, relevant));
        Report("mrr", _options.MrrAtK, (hits, _, k) => RankingMetrics.ReciprocalRank(hits, k));
        Report("map", _options.MapAtK, (hits, relevant, k) => RankingMetrics.AveragePrecision(hits, k, relevant));
        return metrics;

        void Report(string metric, IReadOnlyList<int> ks, Func<bool[], int, int, double> compute)
        {
            foreach (var k in ks)
            {
                metrics[$"{prefix}_{metric}@{k}"] = lists.Average(list => compute(list.Hits, list.Relevant, k));
            }
        }
    }

    /// <summary>Embeds documents and questions, ranks by cosine and computes the metrics.</summary>
    /// <param name="documentGenerator">Embeds the documents.</param>
    /// <param name="queryGenerator">Embeds the questions; null uses <paramref name="documentGenerator"/>.</param>
    /// <param name="cancellationToken">Passed on to the generators.</param>
    /// <returns>The metrics of kind <c>cosine</c>.</returns>
    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(
        IEmbeddingGenerator<string, Embedding<float>> documentGenerator,
        IEmbeddingGenerator<string, Embedding<float>>? queryGenerator = null,
        CancellationToken cancellationToken = default) =>
        Evaluate(await RankByCosineAsync(documentGenerator, queryGenerator, cancellationToken).ConfigureAwait(false), "cosine");

    /// <summary>Embeds documents and questions and ranks by cosine, equal scores by document id, as the reference does.</summary>
    /// <param name="documentGenerator">Embeds the documents.</param>
    /// <param name="queryGenerator">Embeds the questions; null uses <paramref name="documentGenerator"/>.</param>
    /// <param name="cancellationToken">Passed on to the generators.</param>
    /// <returns>For each of <see cref="Queries"/> the ids of the best documents, as many as <see cref="InformationRetrievalOptions.Depth"/> asks for.</returns>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> RankByCosineAsync(
        IEmbeddingGenerator<string, Embedding<float>> documentGenerator,
        IEmbeddingGenerator<string, Embedding<float>>? queryGenerator = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documentGenerator);
        var documents = await EmbedAsync(documentGenerator, _dataset.Corpus, cancellationToken).ConfigureAwait(false);
        var queries = await EmbedAsync(queryGenerator ?? documentGenerator, _queries, cancellationToken).ConfigureAwait(false);
        var rankings = new List<IReadOnlyList<string>>(queries.Length);
        foreach (var query in queries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var scored = _dataset.Corpus.Select((document, i) => (document.Key, Score: TensorPrimitives.Dot(query, documents[i])));
            rankings.Add([.. scored.OrderByDescending(s => s.Score).ThenBy(s => s.Key, StringComparer.Ordinal).Take(_options.Depth).Select(s => s.Key)]);
        }

        return rankings;
    }

    private static async Task<float[][]> EmbedAsync(
        IEmbeddingGenerator<string, Embedding<float>> generator, IReadOnlyList<KeyValuePair<string, string>> texts, CancellationToken cancellationToken)
    {
        var embeddings = await generator.GenerateAsync(texts.Select(t => t.Value), cancellationToken: cancellationToken).ConfigureAwait(false);
        return [.. embeddings.Select(e => Normalized(e.Vector.Span))];
    }

    private static float[] Normalized(ReadOnlySpan<float> vector)
    {
        var unit = vector.ToArray();
        var norm = TensorPrimitives.Norm(vector);
        TensorPrimitives.Divide(unit, Math.Max(norm, 1e-12f), unit);
        return unit;
    }
}
