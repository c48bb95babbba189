using System.Text.Json;

namespace LocalRag.Connectors.RerankApi;

internal sealed class CohereDialect() : Dialect("cohere", "v2/rerank")
{
    public override void Write(Utf8JsonWriter json, string query, IReadOnlyList<string> documents, string? model, RerankApiOptions options)
    {
        WriteModel(json, model);
        WriteQuery(json, query);
        WriteTexts(json, "documents", documents);
    }
}
