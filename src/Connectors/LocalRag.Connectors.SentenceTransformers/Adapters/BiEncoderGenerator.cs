using LocalRag.Connectors.SentenceTransformers.Batching;
using LocalRag.Connectors.SentenceTransformers.Inference;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
#pragma warning disable CS0618 // Semantic Kernel marks its own embedding interface obsolete; code that still asks for it is served.
using Microsoft.SemanticKernel.Embeddings;

namespace LocalRag.Connectors.SentenceTransformers.Adapters;

/// <summary>A bi-encoder behind the interfaces of Microsoft.Extensions.AI and Semantic Kernel, for one role.</summary>
internal sealed class BiEncoderGenerator : IEmbeddingGenerator<string, Embedding<float>>, ITextEmbeddingGenerationService
{
    private readonly BiEncoder _encoder;
    private readonly string? _rolePrompt;
    private readonly EmbeddingGeneratorMetadata _metadata;

    public BiEncoderGenerator(BiEncoder encoder, string? rolePrompt)
    {
        _encoder = encoder;
        _rolePrompt = rolePrompt;
        _metadata = new(ModelTelemetry.ProviderName, providerUri: null, encoder.ModelId, encoder.Dimensions);
        Attributes = new Dictionary<string, object?> { ["ModelId"] = encoder.ModelId, ["Dimensions"] = encoder.Dimensions };
    }

    public IReadOnlyDictionary<string, object?> Attributes { get; }

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        // Callers pass lazy sequences: they are walked once, here, on the caller's thread.
        IReadOnlyList<string> texts = values as IReadOnlyList<string> ?? [.. values];
        var settings = Settings(options);
        var encoded = await Task.Run(() => _encoder.Run(texts, settings, cancellationToken), cancellationToken).ConfigureAwait(false);
        return ToGenerated(encoded);
    }

    public async Task<IList<ReadOnlyMemory<float>>> GenerateEmbeddingsAsync(IList<string> data, Kernel? kernel = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        string[] texts = [.. data];
        var settings = Settings(null);
        var encoded = await Task.Run(() => _encoder.Run(texts, settings, cancellationToken), cancellationToken).ConfigureAwait(false);
        return [.. encoded.Vectors.Select(vector => new ReadOnlyMemory<float>(vector))];
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(VectorSpace) ? _encoder.VectorSpace
            : serviceType == typeof(BiEncoder) ? _encoder
            : serviceType == typeof(TextLimit) ? Limit()
            : null;
    }

    private TextLimit Limit()
    {
        var special = _encoder.CountTokens("");
        var prompt = _rolePrompt ?? (_encoder.DefaultPromptName is { } name ? _encoder.Prompts[name] : "");
        return new(_encoder.MaxTokens - special - (_encoder.CountTokens(prompt) - special), text => _encoder.CountTokens(text) - special);
    }

    // The model belongs to whoever loaded it; several generators share it.
    public void Dispose()
    {
    }

    private EncodeSettings Settings(EmbeddingGenerationOptions? options)
    {
        if (options?.ModelId is { } model && model != _encoder.ModelId)
            throw new ArgumentException($"ModelId is '{model}', but this generator runs '{_encoder.ModelId}'. Use the generator of that model, or leave ModelId null.", nameof(options));
        if (options?.Dimensions is { } dimensions && (dimensions < 1 || dimensions > _encoder.Dimensions))
            throw new ArgumentOutOfRangeException(nameof(options), dimensions, $"Dimensions is {dimensions}; expected 1 to {_encoder.Dimensions}, the model's own number.");

        var properties = options?.AdditionalProperties;
        var encode = new EncodeOptions
        {
            Dimensions = options?.Dimensions,
            Prompt = properties?.GetValueOrDefault("prompt") as string,
            PromptName = properties?.GetValueOrDefault("prompt_name") as string,
            // A vector that was cut short is only comparable by dot product when it has length 1 again.
            Normalize = options?.Dimensions is not null && _encoder.IsNormalized,
        };
        return _encoder.Settings(encode, _rolePrompt);
    }

    private GeneratedEmbeddings<Embedding<float>> ToGenerated(EncodedTexts encoded)
    {
        var now = DateTimeOffset.UtcNow;
        var tokens = 0L;
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(encoded.Vectors.Length);
        for (var i = 0; i < encoded.Vectors.Length; i++)
        {
            tokens += encoded.TokenCounts[i];
            var embedding = new Embedding<float>(encoded.Vectors[i]) { CreatedAt = now, ModelId = _encoder.ModelId };
            if (encoded.Truncated[i])
                embedding.AdditionalProperties = new() { ["truncated"] = true };
            embeddings.Add(embedding);
        }

        embeddings.Usage = new() { InputTokenCount = tokens, TotalTokenCount = tokens };
        return embeddings;
    }
}
