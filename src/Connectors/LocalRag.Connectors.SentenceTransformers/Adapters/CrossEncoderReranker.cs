using LocalRag.Connectors.SentenceTransformers.Inference;
using LocalRag.Connectors.SentenceTransformers.Scoring;

namespace LocalRag.Connectors.SentenceTransformers.Adapters;

/// <summary>A cross-encoder as a reranker. The model belongs to whoever loaded it.</summary>
internal sealed class CrossEncoderReranker : IReranker
{
    private readonly CrossEncoder _encoder;
    private readonly RerankerMetadata _metadata;

    public CrossEncoderReranker(CrossEncoder encoder)
    {
        if (encoder.NumLabels != 1)
            throw new InvalidOperationException($"A reranker needs a model with one label, but '{encoder.ModelId}' has {encoder.NumLabels} ({string.Join(", ", encoder.Labels)}).");
        _encoder = encoder;
        _metadata = new(ModelTelemetry.ProviderName, providerUri: null, encoder.ModelId, encoder.MaxTokens);
    }

    public async Task<IReadOnlyList<RerankResult>> RerankAsync(string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        if (options?.TopK < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.TopK, $"TopK is {options.TopK}; expected 1 or more, or null.");
        if (options?.ModelId is { } model && model != _encoder.ModelId)
            throw new ArgumentException($"ModelId is '{model}', but this reranker runs '{_encoder.ModelId}'. Use the reranker of that model, or leave ModelId null.", nameof(options));
        var pairs = new (string, string)[documents.Count];
        for (var i = 0; i < pairs.Length; i++)
            pairs[i] = (query, documents[i] ?? throw new ArgumentNullException(nameof(documents), $"Document {i} of {documents.Count} is null; expected a text, which may be empty."));

        var topK = options?.TopK ?? int.MaxValue;
        var threshold = options?.ScoreThreshold;
        var scores = await Task.Run(() => _encoder.Score(pairs, options: null, cancellationToken), cancellationToken).ConfigureAwait(false);
        var results = new List<RerankResult>(Math.Min(topK, scores.Length));
        foreach (var index in Ranking.BestFirst(scores))
        {
            if (results.Count == topK || float.IsNaN(scores[index]) || scores[index] < threshold)
                break;
            results.Add(new(index, scores[index]));
        }

        return results;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(RerankerMetadata) ? _metadata
            : serviceType == typeof(CrossEncoder) ? _encoder
            : null;
    }

    public void Dispose()
    {
    }
}
