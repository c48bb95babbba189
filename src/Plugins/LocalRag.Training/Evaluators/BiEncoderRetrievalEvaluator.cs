using LocalRag.Evaluation;
using Microsoft.Extensions.AI;

namespace LocalRag.Training.Evaluators;

/// <summary>Retrieval by cosine during training: all metrics of <see cref="InformationRetrievalEvaluator"/>; the largest nDCG's is primary.</summary>
public sealed class BiEncoderRetrievalEvaluator : IBiEncoderEvaluator
{
    private readonly InformationRetrievalEvaluator _evaluator;
    private readonly string _name;

    /// <summary>Creates the evaluator.</summary>
    /// <param name="dataset">The labelled questions.</param>
    /// <param name="options">Which metrics to compute; null takes the defaults. Its name stands in metric and file names.</param>
    /// <exception cref="ArgumentException">An option is out of range, or no question has a relevant document.</exception>
    public BiEncoderRetrievalEvaluator(RetrievalDataset dataset, InformationRetrievalOptions? options = null)
    {
        _evaluator = new(dataset, options);
        _name = (options ?? new()).Name;
        PrimaryMetric = EvaluatorReport.Named(_name, $"cosine_ndcg@{(options ?? new()).NdcgAtK.DefaultIfEmpty(10).Max()}");
    }

    /// <inheritdoc/>
    public string PrimaryMetric { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(
        IEmbeddingGenerator<string, Embedding<float>> model, EvaluationMoment moment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(moment);
        var metrics = await _evaluator.EvaluateAsync(model, cancellationToken: cancellationToken).ConfigureAwait(false);
        // The evaluator's names already begin with the name.
        int prefix = _name.Length == 0 ? 0 : _name.Length + 1;
        return EvaluatorReport.Write(moment, "Information-Retrieval_evaluation", "_results", _name, [.. metrics.Select(m => (m.Key[prefix..], m.Key[prefix..], m.Value))]);
    }
}
