using System.ComponentModel.DataAnnotations;
using LocalRag.Plugins.Retrieval.Answering;

namespace RagDemo.Web.Endpoints;

/// <summary>The body of <c>POST /api/ask</c>.</summary>
internal sealed record AskBody
{
    [Required(ErrorMessage = "The question is empty. Ask something about the documents.")]
    [StringLength(AnswerRequest.MaxQuestionLength, ErrorMessage = "The question has more than {1} characters. Shorten it.")]
    public string? Question { get; init; }

    [MaxLength(AnswerRequest.MaxHistory, ErrorMessage = "history has more than {1} turns. Leave out the oldest.")]
    public IReadOnlyList<ConversationTurn>? History { get; init; }

    [MaxLength(100, ErrorMessage = "documentIds names more than {1} documents. Leave it out to search all.")]
    public IReadOnlyList<string>? DocumentIds { get; init; }

    [Range(1, 20, ErrorMessage = "topK must be {1} to {2}.")]
    public int? TopK { get; init; }

    [Range(1, 200, ErrorMessage = "candidates must be {1} to {2}.")]
    public int? Candidates { get; init; }

    public bool? Rerank { get; init; }

    public bool? Hybrid { get; init; }

    public bool KeywordsOnly { get; init; }

    public AnswerMode Mode { get; init; } = AnswerMode.Auto;

    public AnswerRequest ToRequest() => new(Question!)
    {
        History = [.. (History ?? []).Where(t => !string.IsNullOrWhiteSpace(t.Question))],
        DocumentIds = DocumentIds,
        TopK = TopK,
        Candidates = Candidates,
        Rerank = Rerank,
        Hybrid = Hybrid,
        KeywordsOnly = KeywordsOnly,
        Mode = Mode,
    };
}
