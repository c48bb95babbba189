using System.CommandLine;

namespace RagDemo.Commands;

/// <summary>The command line: <c>ask "…"</c> answers once; without a command the page is served.</summary>
internal static class DemoCommand
{
    public static RootCommand Create()
    {
        var docs = new Option<string[]>("--docs") { Description = "Folder or file to answer from; may be given more than once. Default: docs/ and README.md of this project.", Recursive = true };
        var data = new Option<string?>("--data") { Description = "Where index and uploads are kept. Default: LocalRag/demo in the user's local application data.", Recursive = true };
        var urls = new Option<string?>("--urls") { Description = "Address of the page. Default: http://localhost:5080." };
        var question = new Argument<string>("question") { Description = "What to ask the documents." };
        var json = new Option<bool>("--json") { Description = "Print the answer as JSON, as POST /api/ask does." };
        var topK = new Option<int?>("--top-k") { Description = "How many passages the answer may use. Default: 5." };
        var candidates = new Option<int?>("--candidates") { Description = "How many passages the reranker reads. Default: 20." };
        var noRerank = new Option<bool>("--no-rerank") { Description = "Keep the order of the search." };

        var ask = new Command("ask", "Answers one question. Exit code 0: answered, 2: not in the documents, 1: error.") { question, json, topK, candidates, noRerank };
        ask.SetAction((parsed, cancellationToken) => Guarded.RunAsync(() => AskCommand.RunAsync(
            new(parsed.GetValue(question)!, parsed.GetValue(json), parsed.GetValue(topK), parsed.GetValue(candidates), parsed.GetValue(noRerank) ? false : null),
            DemoSettings.Load(parsed.GetValue(docs) ?? [], parsed.GetValue(data)),
            cancellationToken)));

        var root = new RootCommand("A chatbot over your own documents that needs no service: local models, an in-memory index, a reranker.") { docs, data, urls, ask };
        root.SetAction((parsed, cancellationToken) => Guarded.RunAsync(() => ServeCommand.RunAsync(
            DemoSettings.Load(parsed.GetValue(docs) ?? [], parsed.GetValue(data)), parsed.GetValue(urls), cancellationToken)));
        return root;
    }
}
