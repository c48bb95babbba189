using System.Text.Json;

namespace LocalRag.Connectors.RerankApi;

/// <summary>What is particular about one kind of server: its path, its request, its limits.</summary>
/// <remarks>The answers are alike enough to be read by one reader, <see cref="ResponseReader"/>.</remarks>
internal abstract class Dialect
{
    private protected Dialect(string providerName, string path) => (ProviderName, Path) = (providerName, path);

    public string ProviderName { get; }

    /// <summary>The path of the rerank call below the address of the server.</summary>
    public string Path { get; }

    /// <summary>The most documents in one request, for servers that cannot be asked.</summary>
    public virtual int DefaultBatchSize => 1000;

    /// <summary>Whether a refusal for load (429) counts documents, so that a smaller request may pass.</summary>
    public virtual bool OverloadCountsDocuments => false;

    /// <summary>The longest query in UTF-16 units.</summary>
    public virtual int MaxQueryLength => int.MaxValue;

    public static Dialect Of(RerankApiDialect dialect) => dialect switch
    {
        RerankApiDialect.TextEmbeddingsInference => new TextEmbeddingsInferenceDialect(),
        RerankApiDialect.Cohere => new CohereDialect(),
        RerankApiDialect.Jina => new JinaDialect(),
        RerankApiDialect.Vllm => new VllmDialect(),
        RerankApiDialect.Infinity => new InfinityDialect(),
        RerankApiDialect.LlamaCpp => new LlamaCppDialect(),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "Unknown dialect."),
    };

    /// <summary>Whether a request that was refused with this status may pass later.</summary>
    /// <remarks>A 500 of llama.cpp stands for a text that is too long, one of the others for a fault: neither passes by waiting.</remarks>
    public static bool IsTransient(int status) => status is 408 or 429 or 502 or 503 or 504;

    /// <summary>The address of the rerank call.</summary>
    public virtual Uri Resolve(Uri endpoint)
    {
        string address = endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        if (address.EndsWith("/rerank", StringComparison.Ordinal))
        {
            return new Uri(address);
        }

        // The address may or may not carry the version that the path brings along.
        string server = address.EndsWith("/v1", StringComparison.Ordinal) || address.EndsWith("/v2", StringComparison.Ordinal) ? address[..^3] : address;
        return new Uri($"{server}/{Path}");
    }

    /// <summary>Writes the properties of the request.</summary>
    public abstract void Write(Utf8JsonWriter json, string query, IReadOnlyList<string> documents, string? model, RerankApiOptions options);

    private protected static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(WellFormed(text));
        }

        json.WriteEndArray();
    }

    private protected static void WriteQuery(Utf8JsonWriter json, string query) => json.WriteString("query", WellFormed(query));

    private protected static void WriteModel(Utf8JsonWriter json, string? model)
    {
        if (model is not null)
        {
            json.WriteString("model", model);
        }
    }

    // JSON cannot carry half a surrogate pair; the writer would throw.
    private static string WellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                return string.Concat(text.EnumerateRunes().Select(static rune => rune.ToString()));
            }
        }

        return text;
    }
}
