using LocalRag.Plugins.Retrieval.Answering;

namespace RagDemo.Commands;

/// <summary>Turns what can go wrong outside the program into one line on the error stream and exit code 1.</summary>
internal static class Guarded
{
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return 1;
        }
        catch (Exception error) when (Environment.GetEnvironmentVariable("LOCALRAG_DEBUG") is null)
        {
            // A user can act on the message; the stack is there for whoever sets LOCALRAG_DEBUG.
            await Console.Error.WriteLineAsync($"Error: {AnswerText.Printable(Message(error))}");
            return 1;
        }
    }

    // The name of a parameter says nothing to someone at a command line.
    private static string Message(Exception error) =>
        error is ArgumentException { ParamName: { } name } ? error.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : error.Message;
}
