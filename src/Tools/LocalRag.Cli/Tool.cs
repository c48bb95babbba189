using System.CommandLine;
using LocalRag.Cli.Commands;

namespace LocalRag.Cli;

/// <summary>The <c>localrag</c> command.</summary>
internal static class Tool
{
    public static async Task<int> RunAsync(string[] args, ToolStreams streams)
    {
        var root = new RootCommand("Embeddings, reranking and answers from your own documents, on this machine.")
        {
            ScoreCommand.Create(streams),
            RankCommand.Create(streams),
        };
        var parsed = root.Parse(args);
        return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
    }

    /// <summary>Runs a command and turns what can go wrong outside the program into one line on the error stream and exit code 1.</summary>
    public static async Task<int> GuardAsync(ToolStreams streams, Func<Task<int>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await streams.Error.WriteLineAsync("localrag: stopped.").ConfigureAwait(false);
        }
        catch (Exception error) when (Environment.GetEnvironmentVariable("LOCALRAG_DEBUG") is null)
        {
            // A user can act on the message; the stack is there for whoever sets LOCALRAG_DEBUG.
            await streams.Error.WriteLineAsync($"localrag: {error.Message}").ConfigureAwait(false);
        }

        return 1;
    }
}
