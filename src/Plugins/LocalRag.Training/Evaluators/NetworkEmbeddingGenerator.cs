using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using Microsoft.Extensions.AI;
using static TorchSharp.torch;

namespace LocalRag.Training.Evaluators;

/// <summary>The network in training as an embedding generator: eval mode, no gradients, longest texts first.</summary>
internal sealed class NetworkEmbeddingGenerator(BiEncoderNetwork network, TokenCollator collator) : IEmbeddingGenerator<string, Embedding<float>>
{
    private const int BatchSize = 32;

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        var vectors = new Embedding<float>[texts.Length];
        using var noGradient = no_grad();
        foreach (int[] chunk in Enumerable.Range(0, texts.Length).OrderByDescending(i => texts[i].Length).Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = collator.Collate([.. chunk.Select(i => new TextItem(texts[i]))]);
            float[] rows = network.Forward(batch, training: false, cancellationToken).data<float>().ToArray();
            for (int row = 0; row < chunk.Length; row++)
            {
                vectors[chunk[row]] = new(rows.AsMemory(row * network.Dimensions, network.Dimensions));
            }
        }

        return Task.FromResult<GeneratedEmbeddings<Embedding<float>>>([.. vectors]);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        // The network is the run's.
    }
}
