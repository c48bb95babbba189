using System.Diagnostics;
using System.Globalization;

namespace LocalRag.Training.Cli.Lines;

/// <summary>One line on the terminal that follows the steps.</summary>
internal sealed class ProgressLine(TextWriter writer)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _first = -1;

    public void Write(FitProgress step)
    {
        _first = _first < 0 ? step.Step : _first;
        double perStep = _watch.Elapsed.TotalSeconds / (step.Step - _first + 1);
        var left = TimeSpan.FromSeconds(perStep * (step.TotalSteps - step.Step - 1));
        writer.Write(string.Create(CultureInfo.InvariantCulture,
            $"\rstep {step.Step + 1}/{step.TotalSteps}  loss {step.Loss:F4}  rate {step.LearningRate:E2}  {perStep:F2} s/step  {left:hh\\:mm\\:ss} left   "));
    }

    public void End() => writer.WriteLine();
}
