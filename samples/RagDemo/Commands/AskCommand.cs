using LocalRag.Plugins.Retrieval.Answering;
using RagDemo.Documents;

namespace RagDemo.Commands;

/// <summary>Answers one question on the command line: the answer goes to the output, everything about the way there to the error stream.</summary>
internal static class AskCommand
{
    private const int Answered = 0;
    private const int Failed = 1;
    private const int NotInDocuments = 2;

    public static async Task<int> RunAsync(AskArguments arguments, DemoSettings settings, CancellationToken cancellationToken)
    {
        var request = new AnswerRequest(arguments.Question) { TopK = arguments.TopK, Candidates = arguments.Candidates, Rerank = arguments.Rerank };
        await using var services = new ServiceCollection().AddRagDemo(settings).BuildServiceProvider();
        var index = services.GetRequiredService<DocumentIndex>();
        index.CheckSources();

        // The models open while the index is read. An early way out waits for them: a native session that is still being
        // built when the process ends takes the process down.
        var warmUp = Task.Run(() => services.GetRequiredService<DocumentAnswerer>(), cancellationToken);
        try
        {
            return await AnswerAsync(arguments, request, settings, index, warmUp, cancellationToken);
        }
        finally
        {
            await ((Task)warmUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<int> AnswerAsync(
        AskArguments arguments, AnswerRequest request, DemoSettings settings, DocumentIndex index, Task<DocumentAnswerer> opening, CancellationToken cancellationToken)
    {
        await index.OpenAsync(cancellationToken);
        using var progress = new ProgressLine();
        var report = await index.SynchronizeAsync(progress, cancellationToken);
        progress.Clear();
        IngestionNotices.Write(report, Console.Error);
        if (index.IsEmpty)
        {
            throw new InvalidOperationException($"There is no document to answer from in {string.Join(", ", settings.Docs)}. Put Markdown, text, HTML or PDF files there, or name another folder with --docs.");
        }

        if (settings.Chat is { } chat)
        {
            await Console.Error.WriteLineAsync($"Answers are written by {chat.Model}; the passages found are sent to {chat.Endpoint.Host}.");
        }

        var answerer = await opening;
        var answer = await answerer.AskAsync(request, cancellationToken);
        if (arguments.Json)
        {
            await Console.Out.WriteLineAsync(AnswerJson.Serialize(answer));
        }
        else
        {
            AnswerText.Write(answer, Console.Out);
        }

        // A document that could not be read may have held the answer, so the call did not fully succeed.
        return report.Failed.Count > 0 ? Failed : answer.Status == AnswerStatus.Answered ? Answered : NotInDocuments;
    }
}
