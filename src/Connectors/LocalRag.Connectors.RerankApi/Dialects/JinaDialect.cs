using System.Text.Json;

namespace LocalRag.Connectors.RerankApi;

internal sealed class JinaDialect() : Dialect("jina", "v1/rerank")
{
    public override void Write(Utf8JsonWriter json, string query, IReadOnlyList<string> documents, string? model, RerankApiOptions options)
    {
        WriteModel(json, model);
        WriteQuery(json, query);
        WriteTexts(json, "documents", documents);
        json.WriteBoolean("return_documents", false);
        json.WriteBoolean("truncation", options.Truncate);
    }
}
