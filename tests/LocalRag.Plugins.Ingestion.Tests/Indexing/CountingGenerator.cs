using Microsoft.Extensions.AI;

namespace LocalRag.Plugins.Ingestion.Tests.Indexing;

/// <summary>A generator that makes a vector of a text's length and letters, and counts what it was given.</summary>
internal sealed class CountingGenerator(string space = "space-1") : IEmbeddingGenerator<string, Embedding<float>>
{
    public int Texts { get; private set; }

    public int FailAfter { get; set; } = int.MaxValue;

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var text in values)
        {
            if (++Texts > FailAfter)
            {
                throw new IOException("the machine was switched off");
            }

            embeddings.Add(new Embedding<float>(new float[] { 1, text.Length % 7, text.Count(c => c == 'e'), text.GetHashCode(StringComparison.Ordinal) % 5 }));
        }

        return Task.FromResult(embeddings);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(VectorSpace) ? new VectorSpace(space) : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
