using LocalRag.Plugins.Retrieval;
using LocalRag.Plugins.Retrieval.Answering;
using RagDemo.Web.Security;

namespace RagDemo.Web.Endpoints;

/// <summary><c>POST /api/search</c>: passages without an answer.</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this WebApplication app) =>
        app.MapPost("/api/search", SearchAsync).RequireRateLimiting(AskLimiter.Policy).WithName("search")
            .WithSummary("Finds passages, with score and rank of each stage.").Produces<SearchResponse>().ProducesProblem(400).ProducesProblem(503);

    private static async Task<SearchResponse> SearchAsync(SearchBody body, Retriever<Passage> retriever, CancellationToken cancellationToken)
    {
        var request = new AnswerRequest(body.Query ?? "");
        var options = new RetrievalOptions<Passage>
        {
            Top = AskBody.Within(body.TopK, 100, "topK"),
            Candidates = AskBody.Within(body.Candidates, 200, "candidates"),
            Hybrid = body.Mode switch
            {
                null or "hybrid" => true,
                "vector" => false,
                _ => throw new ArgumentException($"mode must be vector or hybrid, but is '{body.Mode}'."),
            },
            Rerank = body.Rerank,
        };
        var found = await retriever.RetrieveAsync(request.Question, options, cancellationToken);
        return SearchResponse.From(found);
    }
}
