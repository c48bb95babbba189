using System.Text.Json;
using LocalRag.Plugins.Retrieval.Answering;
using LocalRag.Testing;
using Microsoft.Extensions.DependencyInjection;
using RagDemo.Documents;

namespace RagDemo.Tests;

/// <summary>The threshold below which an answer is refused, against questions about this project's documentation and about anything else.</summary>
public sealed class ThresholdTests : IDisposable
{
    private readonly DocumentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Questions_about_the_documentation_are_answered_and_others_refused()
    {
        var token = TestContext.Current.CancellationToken;
        await using var services = new ServiceCollection().AddRagDemo(DemoSettings.Load([Path.Combine(TestFiles.RepositoryRoot, "docs")], _folder.Data)).BuildServiceProvider();
        await services.GetRequiredService<DocumentIndex>().SynchronizeAsync(progress: null, token);
        var answerer = services.GetRequiredService<DocumentAnswerer>();

        List<string> refused = [], answered = [];
        await foreach (var line in File.ReadLinesAsync(Path.Combine(AppContext.BaseDirectory, "questions.jsonl"), token))
        {
            using var question = JsonDocument.Parse(line);
            var text = question.RootElement.GetProperty("question").GetString()!;
            var answer = await answerer.AskAsync(new(text), token);
            var isAnswerable = question.RootElement.GetProperty("source").ValueKind == JsonValueKind.String;
            if (isAnswerable && answer.Status == AnswerStatus.Refused)
            {
                refused.Add(text);
            }
            else if (!isAnswerable && answer.Status == AnswerStatus.Answered)
            {
                answered.Add(text);
            }
        }

        // Of 36 each; 1 and 5 when the threshold was chosen, on another set. The documentation grows, so a few more are let pass.
        Assert.True(refused.Count <= 4, string.Join('\n', refused));
        Assert.True(answered.Count <= 8, string.Join('\n', answered));
    }
}
