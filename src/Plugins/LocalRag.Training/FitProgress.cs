namespace LocalRag.Training;

/// <summary>One optimizer step.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="LearningRate">The rate that the step used.</param>
/// <param name="Loss">The batch's loss before the update.</param>
/// <param name="GradientNorm">The length of the gradient before it was clipped.</param>
public readonly record struct FitProgress(int Step, int TotalSteps, int Epoch, double LearningRate, double Loss, double GradientNorm);
