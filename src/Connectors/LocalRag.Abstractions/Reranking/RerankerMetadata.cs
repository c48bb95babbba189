namespace LocalRag;

/// <summary>What a reranker says about itself.</summary>
/// <param name="providerName">Name of the engine or service, as OpenTelemetry's <c>gen_ai.provider.name</c> wants it.</param>
/// <param name="providerUri">Address of the service; null for one that runs in this process.</param>
/// <param name="defaultModelId">The model that is used unless a call names another.</param>
/// <param name="maxTokens">The most tokens of query and document together that the model reads; null where it is not known.</param>
public sealed class RerankerMetadata(string? providerName = null, Uri? providerUri = null, string? defaultModelId = null, int? maxTokens = null)
{
    /// <summary>Name of the engine or service.</summary>
    public string? ProviderName { get; } = providerName;

    /// <summary>Address of the service; null for one that runs in this process.</summary>
    public Uri? ProviderUri { get; } = providerUri;

    /// <summary>The model that is used unless a call names another.</summary>
    public string? DefaultModelId { get; } = defaultModelId;

    /// <summary>The most tokens of query and document together that the model reads; null where it is not known.</summary>
    public int? MaxTokens { get; } = maxTokens;
}
