namespace LocalRag.Training.Fitting;

/// <summary>Where a run stands; written as JSON into a checkpoint.</summary>
internal sealed record CheckpointState(int Step, int TotalSteps, int ExampleCount, int BatchSize, int Seed, bool Shuffle, double? BestScore, double FirstLoss);
