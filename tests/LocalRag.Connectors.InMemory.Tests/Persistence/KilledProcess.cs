using System.Diagnostics;

namespace LocalRag.Connectors.InMemory.Tests.Persistence;

/// <summary>A worker process that is killed without warning.</summary>
internal sealed class KilledProcess : IDisposable
{
    private readonly Process _process;

    private KilledProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    public static KilledProcess Start(string mode, string path, int from)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "LocalRag.Connectors.InMemory.Worker.dll"), mode, path, $"{from}" },
            RedirectStandardOutput = true,
        };
        return new KilledProcess(Process.Start(start)!);
    }

    /// <summary>The next line; an error where the worker ended by itself.</summary>
    public string ReadLine() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The worker ended before it was killed.");

    /// <summary>Kills the process (SIGKILL) and returns what it had still said.</summary>
    public string[] Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        return _process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
