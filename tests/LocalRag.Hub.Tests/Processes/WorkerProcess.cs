using System.Diagnostics;
using LocalRag.Hub.Tests.Server;

namespace LocalRag.Hub.Tests.Processes;

/// <summary>A process of its own that downloads one model from the fake hub.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public static WorkerProcess Start(FakeHub hub, string model, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "LocalRag.Hub.Worker.dll"), model },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("HF_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = hub.Folder;
        start.Environment["HF_ENDPOINT"] = hub.Url.ToString();
        start.Environment["HF_HUB_CACHE"] = hub.CacheFolder;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>Waits for a moment of the download; fails with what the process says when it ends before.</summary>
    public async Task UntilAsync(Task moment)
    {
        var exit = _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(moment, exit) == exit)
        {
            await ResultAsync();
            Assert.Fail("The process ended before the moment that the test waits for.");
        }
    }

    /// <summary>Ends the process as a crash would, without a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The directory that the process printed.</summary>
    public async Task<string> ResultAsync()
    {
        var output = _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(_process.ExitCode == 0, error);
        return (await output).Trim();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
