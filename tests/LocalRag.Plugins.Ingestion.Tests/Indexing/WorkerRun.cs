using System.Diagnostics;
using LocalRag.Plugins.Ingestion.Worker;

namespace LocalRag.Plugins.Ingestion.Tests.Indexing;

/// <summary>Ingestion in a process of its own, which a test can kill.</summary>
internal static class WorkerRun
{
    // What the system reports for a process that a signal ended.
    private const int Killed = 128 + 9;
    private const int FileTooLarge = 128 + 25;

    private static string Host { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Kills the process at a step of its progress.</summary>
    /// <param name="folder">The documents.</param>
    /// <param name="store">The store file.</param>
    /// <param name="step">The step, from 1; fails if the run ends before it.</param>
    public static async Task KillAtAsync(string folder, string store, int step)
    {
        using var process = Start(folder, store);
        for (var i = 1; await process.StandardOutput.ReadLineAsync(Token) is { } line; i++)
        {
            Assert.False(line.StartsWith("done", StringComparison.Ordinal), $"The run ended after {i - 1} steps, before step {step}.");
            if (i == step)
            {
                process.Kill();
                break;
            }

            await process.StandardInput.WriteLineAsync();
            await process.StandardInput.FlushAsync(Token);
        }

        await AssertEndedAsync(process, Killed);
    }

    /// <summary>Lets the system kill the process when a file that it writes grows beyond a size: in the middle of a save, at that very byte.</summary>
    public static async Task KillWhenFileHasAsync(string folder, string store, int kibibytes)
    {
        // The runtime maps its code pages through a file of its own unless told otherwise.
        using var process = Start("bash", ["-c", $"ulimit -c 0 -f {kibibytes}; exec \"$@\"", "bash", Host, typeof(StoreIndex).Assembly.Location, folder, store], ("DOTNET_EnableWriteXorExecute", "0"));
        process.StandardInput.Close();
        await AssertEndedAsync(process, FileTooLarge);
    }

    /// <summary>Lets the process come to its end.</summary>
    /// <returns>How many documents it found done.</returns>
    public static async Task<int> ToTheEndAsync(string folder, string store)
    {
        using var process = Start(folder, store);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, error);
        return int.Parse(output.Split("done ")[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Process Start(string folder, string store) => Start(Host, [typeof(StoreIndex).Assembly.Location, folder, store]);

    private static Process Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task AssertEndedAsync(Process process, int exitCode)
    {
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = await process.StandardError.ReadToEndAsync(Token);
        await output;
        await process.WaitForExitAsync(Token);
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(process.ExitCode == exitCode, $"Exit code {process.ExitCode}, expected {exitCode}. {error}");
        }
    }
}
