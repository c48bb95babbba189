using Microsoft.Extensions.AI;

namespace LocalRag.Plugins.Ingestion.Worker;

/// <summary>A generator that counts letters: it costs nothing, and gives the same vector in every process and every batch.</summary>
public sealed class LetterGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>Components of a vector.</summary>
    public const int Dimensions = 256;

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(text => new Embedding<float>(Count(text)))));
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(VectorSpace) ? new VectorSpace("letters") : serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static float[] Count(string text)
    {
        var vector = new float[Dimensions];
        foreach (var letter in text)
        {
            vector[letter % Dimensions]++;
        }

        return vector;
    }
}
