using System.ComponentModel.DataAnnotations;
using LocalRag.Plugins.Retrieval;
using LocalRag.Plugins.Retrieval.Answering;

namespace RagDemo.Web.Endpoints;

/// <summary>The body of <c>POST /api/search</c>.</summary>
internal sealed record SearchBody
{
    [Required(ErrorMessage = "The query is empty. Say what to look for.")]
    [StringLength(AnswerRequest.MaxQuestionLength, ErrorMessage = "The query has more than {1} characters. Shorten it.")]
    public string? Query { get; init; }

    [Range(1, 100, ErrorMessage = "topK must be {1} to {2}.")]
    public int? TopK { get; init; }

    [Range(1, 200, ErrorMessage = "candidates must be {1} to {2}.")]
    public int? Candidates { get; init; }

    [MaxLength(100, ErrorMessage = "documentIds names more than {1} documents. Leave it out to search all.")]
    public IReadOnlyList<string>? DocumentIds { get; init; }

    public SearchMode Mode { get; init; } = SearchMode.Hybrid;

    public bool? Rerank { get; init; }

    public RetrievalOptions<Passage> ToOptions() => new()
    {
        Top = TopK,
        Candidates = Candidates,
        Hybrid = Mode == SearchMode.Hybrid,
        KeywordsOnly = Mode == SearchMode.Keyword,
        Rerank = Rerank,
        Filter = DocumentIds is { Count: > 0 } given && given.ToList() is var ids ? passage => ids.Contains(passage.DocumentId) : null,
    };
}
