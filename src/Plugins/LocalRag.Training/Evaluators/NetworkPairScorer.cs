using LocalRag.Connectors.SentenceTransformers;
using LocalRag.Connectors.SentenceTransformers.Scoring;
using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using static TorchSharp.torch;

namespace LocalRag.Training.Evaluators;

/// <summary>The network in training as a scorer: eval mode, no gradients, longest pairs first as Python's predict does.</summary>
internal sealed class NetworkPairScorer(CrossEncoderNetwork network, TokenCollator collator, ActivationFunction activation) : IPairScorer
{
    private const int BatchSize = 32;

    public int LabelCount => network.LabelCount;

    public Task<IReadOnlyList<float[]>> ScoreAsync(IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken = default)
    {
        float[][] scores = new float[pairs.Count][];
        int[] order = [.. Enumerable.Range(0, pairs.Count).OrderByDescending(i => pairs[i].First.Length + pairs[i].Second.Length)];
        using var noGradient = no_grad();
        foreach (int[] chunk in order.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = collator.Collate([.. chunk.Select(i => new TextItem(pairs[i].First, pairs[i].Second))]);
            float[] logits = network.Forward(batch, training: false, cancellationToken).data<float>().ToArray();
            for (int row = 0; row < chunk.Length; row++)
            {
                scores[chunk[row]] = logits[(row * LabelCount)..((row + 1) * LabelCount)];
                Activations.Apply(activation, scores[chunk[row]]);
            }
        }

        return Task.FromResult<IReadOnlyList<float[]>>(scores);
    }
}
