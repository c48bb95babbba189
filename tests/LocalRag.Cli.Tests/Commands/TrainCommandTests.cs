using System.Diagnostics;
using System.Text;

namespace LocalRag.Cli.Tests.Commands;

/// <summary><c>localrag train</c> as a process: what it hands over to another program, which here is a script.</summary>
public sealed class TrainCommandTests : IDisposable
{
    private const string NoScripts = "The stand-in for localrag-train is a shell script";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("localrag-train-");
    private readonly string _tool;

    // A copy, as the real localrag-train is found beside the one that is tested where both were built.
    public TrainCommandTests()
    {
        _tool = _root.CreateSubdirectory("tool").FullName;
        var built = Path.GetDirectoryName(typeof(Tool).Assembly.Location)!;
        foreach (var file in Directory.GetFiles(built, "*.dll").Append(Path.Combine(built, "LocalRag.Cli.runtimeconfig.json")))
            File.Copy(file, Path.Combine(_tool, Path.GetFileName(file)));
    }

    public static bool HasScripts => !OperatingSystem.IsWindows();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string OnPath => _root.CreateSubdirectory("on-path").FullName;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact(Skip = NoScripts, SkipUnless = nameof(HasScripts))]
    public async Task Arguments_streams_and_exit_code_are_those_of_the_other_program()
    {
        Script(OnPath, """printf '<%s>' "$@"; echo; cat; echo 'step 1' >&2; exit 7""");

        var run = await TrainAsync("first line\nžluťoučký\n", "cross-encoder", "--data", "two words", "", "@file", "--help", "--version");

        Assert.Equal("<cross-encoder><--data><two words><><@file><--help><--version>\nfirst line\nžluťoučký\n", run.Output);
        Assert.Equal((7, "step 1\n"), (run.ExitCode, run.Error));
    }

    [Fact(Skip = NoScripts, SkipUnless = nameof(HasScripts))]
    public async Task The_program_beside_the_tool_comes_before_the_one_on_the_path()
    {
        Script(OnPath, "echo 'on the path'");
        Script(_tool, "echo 'beside the tool'");

        Assert.Equal(new ToolRun(0, "beside the tool\n", ""), await TrainAsync(""));
    }

    [Fact]
    public async Task Where_the_program_is_missing_the_command_that_installs_it_is_told()
    {
        var run = await TrainAsync("", "cross-encoder");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("localrag: localrag-train is not installed", run.Error, StringComparison.Ordinal);
        Assert.Contains("dotnet tool install --global LocalRag.Training.Cli", run.Error, StringComparison.Ordinal);
    }

    private static void Script(string folder, string body)
    {
        var path = Path.Combine(folder, "localrag-train");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<ToolRun> TrainAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(_tool, "LocalRag.Cli.dll"), "train", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        // The script's own commands, and nothing that this machine has installed besides.
        start.Environment["PATH"] = string.Join(Path.PathSeparator, OnPath, "/bin", "/usr/bin");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = process.StandardError.ReadToEndAsync(Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Token);
        return new(process.ExitCode, await output, await error);
    }
}
