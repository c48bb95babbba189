using LocalRag.Training.Optimization;

namespace LocalRag.Training.Tests.Optimization;

public class ScheduleMathTests
{
    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0, 1)]
    [InlineData(LearningRateSchedule.WarmupConstant, 0, 0)]
    [InlineData(LearningRateSchedule.WarmupConstant, 5, 0.5)]
    [InlineData(LearningRateSchedule.WarmupConstant, 70, 1)]
    [InlineData(LearningRateSchedule.WarmupLinear, 5, 0.5)]
    [InlineData(LearningRateSchedule.WarmupLinear, 10, 1)]
    [InlineData(LearningRateSchedule.WarmupLinear, 60, 0.5)]
    [InlineData(LearningRateSchedule.WarmupLinear, 110, 0)]
    [InlineData(LearningRateSchedule.WarmupCosine, 60, 0.5)]
    [InlineData(LearningRateSchedule.WarmupCosine, 35, 0.85355339)]
    [InlineData(LearningRateSchedule.WarmupCosineWithHardRestarts, 60, 0.5)]
    [InlineData(LearningRateSchedule.WarmupCosineWithHardRestarts, 110, 0)]
    public void Factors_follow_the_formulas(LearningRateSchedule schedule, int step, double expected) =>
        Assert.Equal(expected, ScheduleMath.Factor(schedule, step, warmupSteps: 10, totalSteps: 110), 1e-8);

    [Theory]
    [InlineData("bert.encoder.layer.0.output.dense.weight", true)]
    [InlineData("bert.encoder.layer.0.output.dense.bias", false)]
    [InlineData("bert.encoder.layer.0.output.LayerNorm.weight", false)]
    [InlineData("transformer.layer.0.sa_layer_norm.weight", true)]
    public void Weight_decay_goes_by_name_as_in_python(string name, bool expected) => Assert.Equal(expected, WeightDecay.Applies(name));
}
