using LocalRag.Models.Mini;
using LocalRag.Plugins.Retrieval;
using Microsoft.Extensions.VectorData;
using RagDemo.Documents;

namespace RagDemo.Web.Endpoints;

/// <summary><c>GET /api/status</c>: what is running, and what one could ask first.</summary>
internal static class StatusEndpoints
{
    private const int Suggestions = 3;

    public static void MapStatus(this WebApplication app) =>
        app.MapGet("/api/status", StatusAsync).WithMetadata(WaitForModels.Mark).WithName("status").WithSummary("Models, store, number of passages, who writes the answers, and questions to begin with.");

    private static async Task<StatusResponse> StatusAsync(
        DemoSettings settings, DocumentIndex index, VectorStore store, VectorStoreCollection<string, Passage> passages, CancellationToken cancellationToken)
    {
        var documents = await index.Indexer.GetDocumentsAsync(cancellationToken);
        return new(
            Shown(settings.EmbeddingModel),
            settings.RerankApi is { } server ? $"{server["Model"]} at {new Uri(server["Endpoint"]!).Host}".Trim() : Shown(settings.RerankerModel),
            store is LocalRag.Connectors.InMemory.InMemoryVectorStore ? "in-memory" : store.GetType().Name.Replace("VectorStore", "", StringComparison.Ordinal),
            documents.Count,
            documents.Sum(d => d.Passages),
            settings.Chat is { } chat ? new(chat.Model, chat.Endpoint.Host) : null,
            await SuggestAsync(passages, cancellationToken));
    }

    private static string Shown(string model) => model == MiniModels.Name ? "localrag-mini" : model;

    // Headings are the questions that a document says it answers.
    private static async Task<IReadOnlyList<string>> SuggestAsync(VectorStoreCollection<string, Passage> passages, CancellationToken cancellationToken)
    {
        var suggestions = new List<string>();
        var documents = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var passage in passages.GetAsync(p => p.Ordinal == 1, 50, cancellationToken: cancellationToken))
        {
            var heading = passage.HeadingPath?.Split(" > ")[^1];
            if (heading is { Length: > 0 and < 80 } && heading != passage.Title && documents.Add(passage.DocumentId))
            {
                suggestions.Add(heading.EndsWith('?') ? heading : $"{passage.Title}: {heading}?");
            }

            if (suggestions.Count == Suggestions)
            {
                break;
            }
        }

        return suggestions;
    }

    private sealed record StatusResponse(
        string Models, string Reranker, string Store, int Documents, int Passages, ChatStatus? Chat, IReadOnlyList<string> Suggestions);

    private sealed record ChatStatus(string Model, string Host);
}
