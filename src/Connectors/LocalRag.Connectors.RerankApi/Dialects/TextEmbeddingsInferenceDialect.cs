using System.Text.Json;

namespace LocalRag.Connectors.RerankApi;

internal sealed class TextEmbeddingsInferenceDialect() : Dialect("huggingface.tei", "rerank")
{
    public override int DefaultBatchSize => 32;

    public override bool OverloadCountsDocuments => true;

    public override void Write(Utf8JsonWriter json, string query, IReadOnlyList<string> documents, string? model, RerankApiOptions options)
    {
        WriteQuery(json, query);
        WriteTexts(json, "texts", documents);

        // Always sent: the server's own default was changed between versions.
        json.WriteBoolean("truncate", options.Truncate);
        json.WriteBoolean("raw_scores", options.RawScores);
        json.WriteBoolean("return_text", false);
    }
}
