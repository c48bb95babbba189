using System.Diagnostics;
using LocalRag.Testing;

namespace RagDemo.Tests;

/// <summary>Starts the built program as a user would.</summary>
internal sealed record DemoProcess(int ExitCode, string Output, string Error)
{
    /// <summary>The program beside these tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "RagDemo.dll");

    public static async Task<DemoProcess> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await error);
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = TestFiles.RepositoryRoot,
        };
        foreach (var name in (string[])["LOCALRAG_CHAT_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY", "LOCALRAG_DEBUG"])
        {
            start.Environment.Remove(name);
        }

        return Process.Start(start)!;
    }

    public void HasNoStackTrace()
    {
        Assert.DoesNotContain("   at ", Output + Error);
        Assert.DoesNotContain("Unhandled exception", Output + Error);
    }
}
