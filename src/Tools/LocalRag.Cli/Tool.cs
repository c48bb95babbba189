using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using LocalRag.Cli.Commands;

namespace LocalRag.Cli;

/// <summary>The <c>localrag</c> command: one file of <c>Commands</c> per subcommand, listed here.</summary>
internal static class Tool
{
    private static readonly Func<ToolStreams, Command>[] Commands =
    [
        TokenizeCommand.Create,
        EmbedCommand.Create,
        ScoreCommand.Create,
        RankCommand.Create,
        SearchCommand.Create,
        EvaluateCommand.Create,
        InfoCommand.Create,
        DownloadCommand.Create,
        PushCommand.Create,
        IngestCommand.Create,
        AskCommand.Create,
        TrainCommand.Create,
    ];

    /// <summary>Runs one invocation.</summary>
    /// <returns>0 after success, 1 after an error that was told on the error stream; <c>ask</c> has a third answer.</returns>
    public static async Task<int> RunAsync(string[] args, ToolStreams streams, CancellationToken cancellationToken = default)
    {
        // Not ours to read: its options, help and errors are those of another program.
        if (args is [TrainCommand.Name, .. var rest])
            return await ToolErrors.GuardAsync(streams, () => TrainCommand.RunAsync(rest, cancellationToken)).ConfigureAwait(false);

        // A RootCommand would be named after the assembly, in the help too.
        var root = new Command("localrag", "Embeddings, reranking, search and answers from your own documents, on this machine. Commands read JSON Lines from stdin and write JSON Lines to stdout, in the order of the input.") { new HelpOption(), new VersionOption() };
        foreach (var create in Commands)
            root.Add(create(streams));

        // An argument that begins with '@' is a text like any other, not the name of a file with more arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction error)
        {
            // Both would go to the output, where only results belong.
            error.ShowHelp = false;
            error.ShowTypoCorrections = false;
        }

        var output = new StringWriter();
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = streams.Error };
        return await ToolErrors.GuardAsync(streams, async () =>
        {
            var exitCode = await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
            // Only help and version come this way: they are small, and results go straight to the stream.
            if (output.ToString() is { Length: > 0 } text)
                await streams.WriteLineAsync(text.TrimEnd(), cancellationToken).ConfigureAwait(false);
            if (parsed.Action is ParseErrorAction)
                await streams.Error.WriteLineAsync($"See '{CommandLineOf(root, parsed.CommandResult.Command)} --help'.").ConfigureAwait(false);
            return exitCode;
        }).ConfigureAwait(false);
    }

    private static string CommandLineOf(Command root, Command command) => command == root ? root.Name : $"{root.Name} {command.Name}";
}
