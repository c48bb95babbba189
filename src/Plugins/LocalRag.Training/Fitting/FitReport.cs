namespace LocalRag.Training.Fitting;

/// <summary>What a run did, for the model card.</summary>
internal sealed record FitReport(int Steps, int Examples, double FirstLoss, double LastLoss, TimeSpan Duration, IReadOnlyList<EvaluationResult> Evaluations);
