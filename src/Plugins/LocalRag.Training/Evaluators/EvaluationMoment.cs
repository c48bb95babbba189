namespace LocalRag.Training.Evaluators;

/// <summary>When an evaluation happens, and where its file goes.</summary>
/// <param name="OutputPath">Directory for the evaluator's CSV file; null writes none.</param>
/// <param name="Epoch">The epoch, from 0; -1 outside training.</param>
/// <param name="Steps">Steps of the epoch so far; -1 at its end.</param>
public sealed record EvaluationMoment(string? OutputPath = null, int Epoch = -1, int Steps = -1);
