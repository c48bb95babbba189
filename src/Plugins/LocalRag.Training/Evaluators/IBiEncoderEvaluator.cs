using Microsoft.Extensions.AI;

namespace LocalRag.Training.Evaluators;

/// <summary>Measures a bi-encoder.</summary>
public interface IBiEncoderEvaluator
{
    /// <summary>The metric that decides which weights are best; the larger the better.</summary>
    string PrimaryMetric { get; }

    /// <summary>Measures and, where asked for, appends a line to a CSV file.</summary>
    /// <param name="model">Embeds the texts.</param>
    /// <param name="moment">When this is, and where the file goes.</param>
    /// <param name="cancellationToken">Passed on to the model.</param>
    /// <returns>The metrics by name, <see cref="PrimaryMetric"/> among them.</returns>
    Task<IReadOnlyDictionary<string, double>> EvaluateAsync(
        IEmbeddingGenerator<string, Embedding<float>> model, EvaluationMoment moment, CancellationToken cancellationToken = default);
}
