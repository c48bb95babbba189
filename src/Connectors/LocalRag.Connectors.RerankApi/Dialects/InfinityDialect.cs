using System.Text.Json;

namespace LocalRag.Connectors.RerankApi;

internal sealed class InfinityDialect() : Dialect("infinity", "rerank")
{
    public override int DefaultBatchSize => 2048;

    public override int MaxQueryLength => 122_880;

    // Its prefix is the operator's choice and may well be /v1: it stays.
    public override Uri Resolve(Uri endpoint)
    {
        string address = endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new Uri(address.EndsWith("/rerank", StringComparison.Ordinal) ? address : $"{address}/{Path}");
    }

    public override void Write(Utf8JsonWriter json, string query, IReadOnlyList<string> documents, string? model, RerankApiOptions options)
    {
        WriteModel(json, model);
        WriteQuery(json, query);
        WriteTexts(json, "documents", documents);
        json.WriteBoolean("return_documents", false);
        json.WriteBoolean("raw_scores", options.RawScores);
    }
}
