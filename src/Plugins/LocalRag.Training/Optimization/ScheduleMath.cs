namespace LocalRag.Training.Optimization;

/// <summary>The factor of the learning rate at a step, by the formulas of transformers' get_*_schedule functions.</summary>
internal static class ScheduleMath
{
    /// <param name="step">Steps already taken.</param>
    public static double Factor(LearningRateSchedule schedule, int step, int warmupSteps, int totalSteps)
    {
        if (schedule == LearningRateSchedule.Constant)
        {
            return 1;
        }

        if (step < warmupSteps)
        {
            return (double)step / Math.Max(1, warmupSteps);
        }

        double progress = (double)(step - warmupSteps) / Math.Max(1, totalSteps - warmupSteps);
        return schedule switch
        {
            LearningRateSchedule.WarmupConstant => 1,
            LearningRateSchedule.WarmupLinear => Math.Max(0, (double)(totalSteps - step) / Math.Max(1, totalSteps - warmupSteps)),
            LearningRateSchedule.WarmupCosine => Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * progress))),
            // One cycle, the default of the reference: the same curve, with the end kept at 0.
            LearningRateSchedule.WarmupCosineWithHardRestarts => progress >= 1 ? 0 : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (progress % 1)))),
            _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, null),
        };
    }
}
