using System.CommandLine;
using LocalRag.Cli.Documents;
using LocalRag.Cli.Models;
using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Models.Mini;
using LocalRag.Plugins.Retrieval;
using LocalRag.Plugins.Retrieval.Answering;

namespace LocalRag.Cli.Commands;

/// <summary><c>localrag ask --store FILE QUESTION</c>: answers from a store file.</summary>
internal static class AskCommand
{
    private const string NoReranker = "none";
    private const int NotInDocuments = 2;

    public static Command Create(ToolStreams streams)
    {
        var question = new Argument<string>("QUESTION") { Description = "What to ask the documents." };
        var store = new Option<string>("--store") { Description = "The store file that 'localrag ingest' made.", Required = true, HelpName = "FILE" };
        var reranker = new Option<string>("--reranker") { Description = $"{ModelArgument.Meaning}, or 'none'. Default: mini.", DefaultValueFactory = _ => MiniModels.Name, HelpName = "M" };
        var topK = NumberOption.Create("--top-k", least: 1, "How many passages the answer may use. Default: 5.");
        var candidates = NumberOption.Create("--candidates", least: 1, "How many passages the reranker reads. Default: 20.");
        var json = new Option<bool>("--json") { Description = "Writes the whole answer as one JSON object." };
        var command = new Command("ask", "Answers a question from a store file, with sources. Exit code 0: answered, 2: not in the documents, 1: error.") { question, store, reranker, topK, candidates, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new AnswerRequest(parsed.GetRequiredValue(question)) { TopK = parsed.GetValue(topK), Candidates = parsed.GetValue(candidates) };
            // One after the other: a native session that is still being built when a missing store ends the process takes it down.
            using var documents = await DocumentStore.OpenAsync(parsed.GetRequiredValue(store), streams, cancellationToken).ConfigureAwait(false);
            using var encoder = await OpenRerankerAsync(parsed.GetRequiredValue(reranker), streams, cancellationToken).ConfigureAwait(false);
            using var judge = encoder?.AsReranker();
            var answerer = new DocumentAnswerer(
                new Retriever<Passage>(documents.Passages, judge),
                judge,
                options: new() { MinimumScore = parsed.GetValue(reranker) == MiniModels.Name ? AnswerOptions.MiniMinimumScore : null });
            var answer = await answerer.AskAsync(request, cancellationToken).ConfigureAwait(false);
            await streams.WriteLineAsync(parsed.GetValue(json) ? AnswerJson.Serialize(answer) : Text(answer), cancellationToken).ConfigureAwait(false);
            return answer.Status == AnswerStatus.Answered ? 0 : NotInDocuments;
        });
        return command;
    }

    private static async Task<CrossEncoder?> OpenRerankerAsync(string name, ToolStreams streams, CancellationToken cancellationToken) =>
        name == NoReranker ? null : await ModelArgument.LoadCrossEncoderAsync(name, new(), streams, cancellationToken).ConfigureAwait(false);

    private static string Text(Answer answer)
    {
        using var text = new StringWriter();
        AnswerText.Write(answer, text);
        return text.ToString().TrimEnd();
    }
}
