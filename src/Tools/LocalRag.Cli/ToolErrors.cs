using System.Text.RegularExpressions;
using LocalRag.Connectors.SentenceTransformers.Hub;
using Microsoft.ML.OnnxRuntime;

namespace LocalRag.Cli;

/// <summary>Turns what can go wrong into a line on the error stream and an exit code.</summary>
internal static partial class ToolErrors
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    public static async Task<int> GuardAsync(ToolStreams streams, Func<Task<int>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (OutputClosedException)
        {
            return 0;
        }
        catch (OperationCanceledException)
        {
            await streams.Error.WriteLineAsync("localrag: stopped.").ConfigureAwait(false);
            return Interrupted;
        }
        catch (Exception error)
        {
            await streams.Error.WriteLineAsync(IsForeseen(error) ? $"localrag: {Describe(error)}" : $"localrag: unexpected error: {error}").ConfigureAwait(false);
            return Failed;
        }
    }

    /// <summary>The message without what .NET adds for programmers.</summary>
    public static string Describe(Exception error) => ForProgrammers().Replace(error.Message, "").TrimEnd();

    [GeneratedRegex(@" \(Parameter '\w+'\)(\r?\nActual value was .*)?")]
    private static partial Regex ForProgrammers();

    // Whatever is not listed is a fault of this program, and its stack belongs in a bug report.
    private static bool IsForeseen(Exception error) => error is
        ToolException or IOException or InvalidDataException or UnauthorizedAccessException or HubException or HttpRequestException
        or ArgumentException or InvalidOperationException or NotSupportedException or OnnxRuntimeException;
}
