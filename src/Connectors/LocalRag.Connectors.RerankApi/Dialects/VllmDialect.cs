using System.Text.Json;

namespace LocalRag.Connectors.RerankApi;

// The path with /v1 and not the bare one: the server's key has not always guarded the latter.
internal sealed class VllmDialect() : Dialect("vllm", "v1/rerank")
{
    public override void Write(Utf8JsonWriter json, string query, IReadOnlyList<string> documents, string? model, RerankApiOptions options)
    {
        WriteModel(json, model);
        WriteQuery(json, query);
        WriteTexts(json, "documents", documents);
        if (options.Truncate)
        {
            // -1 stands for the model's own length; without it one long document fails the whole request.
            json.WriteNumber("truncate_prompt_tokens", -1);
        }

        if (options.RawScores)
        {
            json.WriteBoolean("use_activation", false);
        }
    }
}
