using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace LocalRag.Training.Evaluators;

/// <summary>Cosines of the two texts of every pair.</summary>
internal static class PairCosines
{
    public static async Task<double[]> ComputeAsync(
        IEmbeddingGenerator<string, Embedding<float>> model, IReadOnlyList<(string First, string Second)> pairs, CancellationToken cancellationToken)
    {
        var first = await model.GenerateAsync(pairs.Select(p => p.First), cancellationToken: cancellationToken).ConfigureAwait(false);
        var second = await model.GenerateAsync(pairs.Select(p => p.Second), cancellationToken: cancellationToken).ConfigureAwait(false);
        return [.. first.Zip(second).Select(pair => Cosine(pair.First.Vector.Span, pair.Second.Vector.Span))];
    }

    // A zero vector resembles nothing.
    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float cosine = TensorPrimitives.CosineSimilarity(a, b);
        return float.IsNaN(cosine) ? 0 : cosine;
    }
}
