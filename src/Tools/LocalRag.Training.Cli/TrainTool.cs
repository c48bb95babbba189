using System.CommandLine;
using LocalRag.Training.Cli.Commands;

namespace LocalRag.Training.Cli;

/// <summary>The <c>localrag-train</c> command.</summary>
internal static class TrainTool
{
    public static async Task<int> RunAsync(string[] args, TextWriter error, bool showProgress)
    {
        var root = new RootCommand("Fine-tunes cross-encoders and bi-encoders from JSON Lines; writes complete model directories, ONNX graphs included.")
        {
            CrossEncoderCommand.Create(error, showProgress),
            BiEncoderCommand.Create(error, showProgress),
        };
        return await root.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
    }

    /// <summary>Turns what can go wrong outside the program into one line on the error stream and exit code 1.</summary>
    public static async Task<int> GuardAsync(TextWriter error, Func<Task> command)
    {
        try
        {
            await command().ConfigureAwait(false);
            return 0;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("localrag-train: stopped; the output directory was not changed.").ConfigureAwait(false);
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable("LOCALRAG_DEBUG") is null)
        {
            // A user can act on the message; the stack is there for whoever sets LOCALRAG_DEBUG.
            await error.WriteLineAsync($"localrag-train: {e.Message}").ConfigureAwait(false);
        }

        return 1;
    }
}
