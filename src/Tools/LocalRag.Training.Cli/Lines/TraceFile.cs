using System.Text.Json;

namespace LocalRag.Training.Cli.Lines;

/// <summary>Writes one JSON line for every step, at once, so that it can be followed.</summary>
internal sealed class TraceFile(string path) : IDisposable
{
    private readonly StreamWriter _writer = new(path) { AutoFlush = true };

    public void Write(FitProgress step) =>
        _writer.Write(JsonSerializer.Serialize(new { step = step.Step, lr = step.LearningRate, loss = step.Loss, grad_norm = step.GradientNorm }) + "\n");

    public void Dispose() => _writer.Dispose();
}
