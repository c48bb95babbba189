using System.Text;

namespace LocalRag.Cli;

/// <summary>Where a command reads and writes: the process's own streams, or a test's.</summary>
/// <param name="Input">JSON Lines in UTF-8.</param>
/// <param name="Output">Results in UTF-8.</param>
/// <param name="Error">Messages and progress.</param>
/// <param name="ShowProgress">Whether somebody watches the error stream.</param>
internal sealed record ToolStreams(Stream Input, Stream Output, TextWriter Error, bool ShowProgress)
{
    public static ToolStreams Standard() =>
        new(Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.Error, !Console.IsErrorRedirected);

    /// <summary>Writes one line of text to the output.</summary>
    public async Task WriteLineAsync(string line, CancellationToken cancellationToken) =>
        await Output.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken).ConfigureAwait(false);
}
