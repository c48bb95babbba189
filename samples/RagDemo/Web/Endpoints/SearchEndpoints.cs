using LocalRag.Plugins.Retrieval;
using RagDemo.Web.Security;

namespace RagDemo.Web.Endpoints;

/// <summary><c>POST /api/search</c>: passages without an answer.</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this WebApplication app) =>
        app.MapPost("/api/search", SearchAsync).AddEndpointFilter<ValidBody<SearchBody>>().RequireRateLimiting(AskLimiter.Policy).WithMetadata(WaitForModels.Mark).WithName("search")
            .WithSummary("Finds passages, with score and rank of each stage.").Produces<SearchResponse>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(415).ProducesProblem(503);

    private static async Task<SearchResponse> SearchAsync(SearchBody body, Retriever<Passage> retriever, CancellationToken cancellationToken) =>
        SearchResponse.From(await retriever.RetrieveAsync(body.Query!.Trim(), body.ToOptions(), cancellationToken));
}
