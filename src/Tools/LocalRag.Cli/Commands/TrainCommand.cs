using System.CommandLine;
using System.Diagnostics;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag train …</c>: hands everything over to <c>localrag-train</c>, a tool of its own, so that this one stays free of libtorch.</summary>
internal static class TrainCommand
{
    public const string Name = "train";

    private const string Missing =
        "localrag-train is not installed; it was looked for beside this tool and on PATH. Install it with: dotnet tool install --global LocalRag.Training.Cli";

    // The command as installed, and the program as built.
    private static readonly string[] FileNames = OperatingSystem.IsWindows()
        ? ["localrag-train.exe", "LocalRag.Training.Cli.exe"]
        : ["localrag-train", "LocalRag.Training.Cli"];

    /// <summary>Only for the list of commands: <see cref="RunAsync(string[], CancellationToken)"/> gets the arguments unread, <c>--help</c> included.</summary>
    public static Command Create(ToolStreams streams) =>
        new(Name, "Fine-tune cross-encoders and bi-encoders. Needs the tool localrag-train (package LocalRag.Training.Cli); 'localrag train --help' shows its help.");

    /// <summary>Starts the tool with the given arguments on this process's streams and waits.</summary>
    /// <returns>Its exit code.</returns>
    public static Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        StartAsync(Find([.. BesideThisTool(), .. OnPath()]) ?? throw new ToolException(Missing), arguments, cancellationToken);

    /// <summary>The first of the directories' files that is the tool.</summary>
    internal static string? Find(IEnumerable<string> directories) =>
        directories.SelectMany(directory => FileNames.Select(name => Path.Combine(directory, name))).FirstOrDefault(File.Exists);

    private static async Task<int> StartAsync(string tool, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { UseShellExecute = false })
            ?? throw new ToolException($"'{tool}' could not be started.");
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static IEnumerable<string> BesideThisTool()
    {
        if (Path.GetDirectoryName(Environment.ProcessPath) is { } shim)
            yield return shim;
        yield return AppContext.BaseDirectory;
        // In a checkout: bin/LocalRag.Cli/debug and bin/LocalRag.Training.Cli/debug.
        var output = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        yield return Path.GetFullPath(Path.Combine(output, "..", "..", "LocalRag.Training.Cli", Path.GetFileName(output)));
    }

    private static string[] OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
