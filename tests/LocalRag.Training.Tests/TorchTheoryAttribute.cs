using System.Runtime.CompilerServices;
using LocalRag.Training.Runtime;

namespace LocalRag.Training.Tests;

/// <summary>A test that needs TorchSharp: skipped with the reason where it does not load.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = TorchRuntime.Problem;
}
