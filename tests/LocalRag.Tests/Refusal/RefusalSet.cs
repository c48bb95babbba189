using System.Text.Json;
using LocalRag.Plugins.Retrieval;

namespace LocalRag.Tests.Refusal;

/// <summary>Thirty-six passages about an invented town, firm and island, household, kitchen and garden, with questions that they answer and others.</summary>
internal static class RefusalSet
{
    public static IEnumerable<Passage> Passages() => Lines("passages.jsonl").Select(line => new Passage
    {
        Id = line.GetProperty("id").GetString()!,
        DocumentId = line.GetProperty("id").GetString()!,
        Title = line.GetProperty("title").GetString(),
        Text = line.GetProperty("text").GetString()!,
    });

    /// <summary>Each question with its kind: empty if a passage answers it, <c>near</c> if the passages tell of its subject only, <c>elsewhere</c> if of nothing like it.</summary>
    public static IEnumerable<(string Question, string Kind)> Questions() => Lines("questions.jsonl").Select(line =>
        (line.GetProperty("question").GetString()!, line.TryGetProperty("kind", out var kind) ? kind.GetString()! : ""));

    private static IEnumerable<JsonElement> Lines(string name) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Refusal", name)).Select(line => JsonElement.Parse(line));
}
