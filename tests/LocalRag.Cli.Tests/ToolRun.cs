using System.Text;
using System.Text.Json;

namespace LocalRag.Cli.Tests;

/// <summary>One invocation of the tool inside the test process, with its streams in memory.</summary>
/// <param name="ExitCode">What the shell would see.</param>
/// <param name="Output">What went to stdout.</param>
/// <param name="Error">What went to stderr.</param>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<JsonElement> Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];

    public static Task<ToolRun> OfAsync(IEnumerable<string> input, params string[] args) => OfAsync(Encoding.UTF8.GetBytes(string.Concat(input.Select(line => line + "\n"))), args);

    public static Task<ToolRun> OfAsync(string input, params string[] args) => OfAsync(Encoding.UTF8.GetBytes(input), args);

    public static async Task<ToolRun> OfAsync(byte[] input, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var exitCode = await Tool.RunAsync(args, new ToolStreams(new MemoryStream(input), output, error, ShowProgress: false), TestContext.Current.CancellationToken);
        return new(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Asserts success and returns the lines.</summary>
    public IReadOnlyList<JsonElement> Succeeded()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
        return Lines;
    }
}
