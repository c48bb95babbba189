namespace LocalRag.Connectors.RerankApi;

/// <summary>Which rerank server to ask, and how.</summary>
/// <remarks>A client keeps its own copy; later changes do not reach it.</remarks>
public sealed class RerankApiOptions
{
    /// <summary>Address of the server, with or without <c>/v1</c>, or of its rerank path itself.</summary>
    /// <value>An absolute http or https address; required. For Infinity with its URL prefix, if it has one.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The kind of server.</summary>
    /// <value><see cref="RerankApiDialect.TextEmbeddingsInference"/> by default.</value>
    public RerankApiDialect Dialect { get; set; }

    /// <summary>The model to ask for.</summary>
    /// <value>Required by Cohere and Jina; null (the default) takes the only one or the first of the other servers.</value>
    public string? Model { get; set; }

    /// <summary>The key that is sent as bearer token; never logged, never sent along a redirect.</summary>
    /// <value>Null (the default) sends none.</value>
    public string? ApiKey { get; set; }

    /// <summary>Asks for scores as the model's head gives them, instead of 0 to 1.</summary>
    /// <value>False by default. Only Text Embeddings Inference, vLLM and Infinity have the choice; llama.cpp always gives the model's own.</value>
    public bool RawScores { get; set; }

    /// <summary>Lets the server cut texts that are too long for its model, where it leaves the choice.</summary>
    /// <value>True by default; false makes one text that is too long fail the call.</value>
    public bool Truncate { get; set; } = true;

    /// <summary>The most documents in one request.</summary>
    /// <value>1 to 10,000; null (the default) takes what the server says, or 1,000 (Infinity 2,048) for those that do not say.</value>
    public int? MaxBatchSize { get; set; }

    /// <summary>How many requests of one call run at a time, where the documents need several.</summary>
    /// <value>1 to 64; 2 by default.</value>
    public int MaxConcurrentRequests { get; set; } = 2;

    /// <summary>Whether the model scores the documents of a request against each other, so that they must not be split.</summary>
    /// <value>Null (the default) knows jina-reranker-v3 to be one, and takes all others to score each document for itself.</value>
    public bool? Listwise { get; set; }

    /// <summary>How often a request is repeated that failed in a way that may pass: 408, 429, 502 to 504, a lost connection.</summary>
    /// <value>0 to 10; 3 by default. Acts for clients that <c>AddRerankApi</c> registers.</value>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The pause before the first repetition; each further one is twice as long, and a <c>Retry-After</c> of the server wins.</summary>
    /// <value>More than zero; half a second by default.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How long a call may take in all, repetitions included.</summary>
    /// <value>More than zero; two minutes by default, since servers load models on the first request.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    internal bool IsListwise(string? model) => Listwise ?? model?.StartsWith("jina-reranker-v3", StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>A checked copy.</summary>
    /// <exception cref="ArgumentException">Settings make no sense; the message names all of them.</exception>
    internal RerankApiOptions Snapshot()
    {
        string[] problems = [.. Problems()];
        return problems.Length == 0 ? (RerankApiOptions)MemberwiseClone() : throw new ArgumentException($"{nameof(RerankApiOptions)}: {string.Join(' ', problems)}");
    }

    private IEnumerable<string> Problems()
    {
        if (Endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return $"{nameof(Endpoint)} must be an absolute http or https address, but is '{Endpoint}'.";
        }

        if (!Enum.IsDefined(Dialect))
        {
            yield return $"{nameof(Dialect)} must be one of {string.Join(", ", Enum.GetNames<RerankApiDialect>())}, but is {Dialect}.";
        }

        if (Dialect is RerankApiDialect.Cohere or RerankApiDialect.Jina && string.IsNullOrWhiteSpace(Model))
        {
            yield return $"{nameof(Model)} must be set for {Dialect}.";
        }

        if (RawScores && Dialect is RerankApiDialect.Cohere or RerankApiDialect.Jina)
        {
            yield return $"{nameof(RawScores)} cannot be had from {Dialect}: leave it false.";
        }

        // The key itself must not show in a message.
        if (ApiKey is not null && (ApiKey.Length == 0 || ApiKey.Any(c => c is <= ' ' or > '~')))
        {
            yield return $"{nameof(ApiKey)} must be a token of printable ASCII characters without spaces.";
        }

        if (MaxBatchSize is < 1 or > 10_000)
        {
            yield return $"{nameof(MaxBatchSize)} must be 1 to 10000 or null, but is {MaxBatchSize}.";
        }

        if (MaxConcurrentRequests is < 1 or > 64)
        {
            yield return $"{nameof(MaxConcurrentRequests)} must be 1 to 64, but is {MaxConcurrentRequests}.";
        }

        if (MaxRetries is < 0 or > 10)
        {
            yield return $"{nameof(MaxRetries)} must be 0 to 10, but is {MaxRetries}.";
        }

        if (RetryDelay <= TimeSpan.Zero)
        {
            yield return $"{nameof(RetryDelay)} must be more than zero, but is {RetryDelay}.";
        }

        if (Timeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(Timeout)} must be more than zero, but is {Timeout}.";
        }
    }
}
