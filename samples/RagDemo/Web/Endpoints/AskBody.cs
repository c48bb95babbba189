using LocalRag.Plugins.Retrieval.Answering;

namespace RagDemo.Web.Endpoints;

/// <summary>The body of <c>POST /api/ask</c>.</summary>
internal sealed record AskBody(
    string? Question,
    IReadOnlyList<ConversationTurn>? History = null,
    IReadOnlyList<string>? DocumentIds = null,
    int? TopK = null,
    int? Candidates = null,
    bool? Rerank = null,
    bool? Hybrid = null,
    AnswerMode Mode = AnswerMode.Auto)
{
    public AnswerRequest ToRequest()
    {
        if (History?.Count > AnswerRequest.MaxHistory)
        {
            throw new ArgumentException($"history has {History.Count} turns; up to {AnswerRequest.MaxHistory} are read.");
        }

        return new(Question ?? "")
        {
            History = [.. (History ?? []).Where(t => !string.IsNullOrWhiteSpace(t.Question))],
            DocumentIds = DocumentIds,
            TopK = Within(TopK, 20, "topK"),
            Candidates = Within(Candidates, 200, "candidates"),
            Rerank = Rerank,
            Hybrid = Hybrid,
            Mode = Mode,
        };
    }

    internal static int? Within(int? value, int most, string name) =>
        value is null || (value >= 1 && value <= most) ? value : throw new ArgumentException($"{name} must be 1 to {most}, but is {value}.");
}
