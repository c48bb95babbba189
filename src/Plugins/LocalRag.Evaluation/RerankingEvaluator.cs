using LocalRag.Evaluation.Metrics;

namespace LocalRag.Evaluation;

/// <summary>Measures how well a reranker puts the answers of labelled questions on top.</summary>
/// <remarks>
/// Computes <c>map</c>, <c>mrr@k</c> and <c>ndcg@k</c>, and for samples with a first ranked list their values before reranking
/// (<c>base_…</c>), as sentence-transformers' CrossEncoderRerankingEvaluator does. Immutable and safe for concurrent calls.
/// </remarks>
public sealed class RerankingEvaluator
{
    private readonly IReadOnlyList<RerankingSample> _samples;
    private readonly int _atK;
    private readonly string _name;
    private readonly bool _alwaysRerankPositives;

    /// <summary>Creates an evaluator.</summary>
    /// <param name="samples">The labelled questions; each has either negatives or a first list.</param>
    /// <param name="name">First part of the metrics' names; empty leaves it out.</param>
    /// <param name="atK">The k of MRR and nDCG, at least 1.</param>
    /// <param name="alwaysRerankPositives">True reranks answers that the first list misses as well; false counts them as last.</param>
    /// <exception cref="ArgumentException">A sample has both or neither of negatives and a first list, or there is no sample.</exception>
    public RerankingEvaluator(IReadOnlyList<RerankingSample> samples, string name = "", int atK = 10, bool alwaysRerankPositives = true)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(atK, 1);
        if (samples.Count == 0)
        {
            throw new ArgumentException("Expected at least one labelled question, found none.", nameof(samples));
        }

        for (var i = 0; i < samples.Count; i++)
        {
            if (samples[i].Negative is null == samples[i].Documents is null)
            {
                throw new ArgumentException($"Sample {i} must have either negatives or documents, not both and not neither.", nameof(samples));
            }
        }

        _samples = samples;
        _name = name;
        _atK = atK;
        _alwaysRerankPositives = alwaysRerankPositives;
    }

    /// <summary>Reranks every sample and computes the means.</summary>
    /// <param name="reranker">The reranker to measure.</param>
    /// <param name="cancellationToken">Passed on to the reranker.</param>
    /// <returns>The metrics by name.</returns>
    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(IReranker reranker, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reranker);
        var reranked = new List<Values>(_samples.Count);
        var before = new List<Values>();
        foreach (var sample in _samples)
        {
            var positives = sample.Positive.ToHashSet(StringComparer.Ordinal);
            bool[] first = [];
            if (sample.Documents is { } list)
            {
                first = FirstList(list, positives, sample.Positive.Count);
                before.Add(Of(first, [.. Enumerable.Range(0, first.Length).Select(i => (double)(first.Length - i))]));
            }

            var (texts, isRelevant) = Candidates(sample, positives, first);
            if (!isRelevant.AsSpan().Contains(true))
            {
                reranked.Add(default);
                continue;
            }

            // Answers that were not reranked keep score 0, as in the reference.
            var scores = new double[isRelevant.Length];
            foreach (var result in await reranker.RerankAsync(sample.Query, texts, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                scores[result.Index] = result.Score;
            }

            reranked.Add(Of(isRelevant, scores));
        }

        var metrics = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        var prefix = _name.Length == 0 ? "" : _name + "_";
        if (before.Count > 0)
        {
            Report(prefix + "base_", before);
        }

        Report(prefix, reranked);
        return metrics;

        void Report(string start, List<Values> values)
        {
            metrics[$"{start}map"] = values.Average(v => v.Map);
            metrics[$"{start}mrr@{_atK}"] = values.Average(v => v.Mrr);
            metrics[$"{start}ndcg@{_atK}"] = values.Average(v => v.Ndcg);
        }
    }

    private (IReadOnlyList<string> Texts, bool[] IsRelevant) Candidates(RerankingSample sample, HashSet<string> positives, bool[] first)
    {
        if (sample.Documents is { } list && !_alwaysRerankPositives)
        {
            return (list, first);
        }

        string[] texts = [.. sample.Positive, .. sample.Negative ?? sample.Documents!.Where(d => !positives.Contains(d))];
        return (texts, [.. texts.Select((_, i) => i < sample.Positive.Count)]);
    }

    // Answers that the first list misses count as found behind its end, unless it found none at all.
    private static bool[] FirstList(IReadOnlyList<string> list, HashSet<string> positives, int positiveCount)
    {
        bool[] found = [.. list.Select(positives.Contains)];
        var hits = found.AsSpan().Count(true);
        return hits == 0 ? found : [.. found, .. Enumerable.Repeat(true, Math.Max(0, positiveCount - hits))];
    }

    private Values Of(bool[] isRelevant, double[] scores)
    {
        if (!isRelevant.AsSpan().Contains(true))
        {
            return default;
        }

        bool[] ranked = [.. ScoredMetrics.Order(scores).Select(i => isRelevant[i])];
        return new(
            ScoredMetrics.AveragePrecision(isRelevant, scores), RankingMetrics.ReciprocalRank(ranked, _atK), ScoredMetrics.Ndcg(isRelevant, scores, _atK));
    }

    private readonly record struct Values(double Map, double Mrr, double Ndcg);
}
