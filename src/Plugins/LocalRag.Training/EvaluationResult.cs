namespace LocalRag.Training;

/// <summary>What an evaluation during training found.</summary>
/// <param name="Score">The evaluator's primary metric.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Steps">Steps of this epoch so far; -1 at its end.</param>
/// <param name="Metrics">All metrics by name.</param>
/// <param name="IsBest">No evaluation of this run was better before.</param>
public sealed record EvaluationResult(double Score, int Epoch, int Steps, IReadOnlyDictionary<string, double> Metrics, bool IsBest);
