using System.Text.Json;

namespace LocalRag.Connectors.RerankApi;

/// <summary>What a server takes in one request.</summary>
/// <param name="MaxDocuments">The most documents.</param>
/// <param name="MaxDocumentLength">The longest document in UTF-16 units; longer ones are refused even where the server truncates.</param>
internal sealed record ServerLimits(int MaxDocuments, int MaxDocumentLength)
{
    // Text Embeddings Inference refuses more characters per token of its model than this, before it truncates.
    private const int LengthPerToken = 250;

    /// <summary>The limits in the answer to <c>GET /info</c> of Text Embeddings Inference.</summary>
    public static ServerLimits Read(JsonElement info, int defaultDocuments)
    {
        int documents = Number(info, "max_client_batch_size") ?? defaultDocuments;

        // Each text of a request takes one of these places.
        documents = Math.Min(documents, Number(info, "max_concurrent_requests") ?? documents);
        int length = Number(info, "max_input_length") is { } tokens ? (int)Math.Min((long)tokens * LengthPerToken, int.MaxValue) : int.MaxValue;
        return new ServerLimits(documents, length);
    }

    private static int? Number(JsonElement info, string name) =>
        info.ValueKind == JsonValueKind.Object && info.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number > 0
            ? number
            : null;
}
