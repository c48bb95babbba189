using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Models.Mini;
using LocalRag.Plugins.Retrieval;

namespace LocalRag;

/// <summary>The settings of <c>AddLocalRag</c>; every property but the delegates can be bound from configuration.</summary>
/// <remarks>The settings of reranking hold for the reranking filter and for the retriever over passages.</remarks>
public sealed class LocalRagOptions : RerankingOptions
{
    /// <summary>The bi-encoder that turns texts into vectors.</summary>
    /// <value><c>mini</c> (the default) for the embedded one, a model directory, or a name on the Hugging Face hub.</value>
    public string EmbeddingModel { get; set; } = MiniModels.Name;

    /// <summary>The cross-encoder that reranks.</summary>
    /// <value><c>mini</c> (the default) for the embedded one, a model directory, or a name on the Hugging Face hub.</value>
    public string RerankerModel { get; set; } = MiniModels.Name;

    /// <summary>Where both models run.</summary>
    /// <value><c>auto</c> (the default), <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</value>
    public string Device { get; set; } = "auto";

    /// <summary>Name of the collection of <see cref="Passage"/> records.</summary>
    /// <value><c>passages</c> by default.</value>
    public string Collection { get; set; } = "passages";

    /// <summary>Opens both models when the host starts, so that the first request does not pay for it.</summary>
    /// <value>False by default.</value>
    public bool WarmUp { get; set; }

    /// <summary>Further settings of the bi-encoder, applied last.</summary>
    public Action<BiEncoderOptions>? ConfigureEmbedding { get; set; }

    /// <summary>Further settings of the cross-encoder, applied last.</summary>
    public Action<CrossEncoderOptions>? ConfigureReranker { get; set; }

    /// <inheritdoc/>
    internal override IEnumerable<string> Problems()
    {
        string?[] own =
        [
            ModelSource.Problem(nameof(EmbeddingModel), EmbeddingModel),
            ModelSource.Problem(nameof(RerankerModel), RerankerModel),
            IsDevice(Device) ? null : $"{nameof(Device)} must be auto, cpu, cuda or cuda:n, but is '{Device}'.",
            string.IsNullOrWhiteSpace(Collection) ? $"{nameof(Collection)} must be a name, but is blank." : null,
        ];
        return base.Problems().Concat(own.OfType<string>());
    }

    private static bool IsDevice(string device) =>
        device is "auto" or "cpu" or "cuda" || (device.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(device.AsSpan(5), out _));
}
