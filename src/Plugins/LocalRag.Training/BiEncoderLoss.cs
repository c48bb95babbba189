using LocalRag.Training.Losses;

namespace LocalRag.Training;

/// <summary>What a bi-encoder is trained for; made by the static methods, which bear sentence-transformers' names and defaults. Immutable.</summary>
public sealed class BiEncoderLoss
{
    private readonly Func<int, LossFunction> _create;
    private readonly bool _hasVectorLabels;

    private BiEncoderLoss(Func<int, LossFunction> create, bool hasVectorLabels = false) => (_create, _hasVectorLabels) = (create, hasVectorLabels);

    /// <summary>Cross entropy of each query's positive against all positives and hard negatives of the batch; texts are query, positive and hard negatives.</summary>
    /// <param name="scale">Factor of the cosine, above 0.</param>
    public static BiEncoderLoss MultipleNegativesRanking(double scale = 20) => Ranking(scale, null);

    /// <summary><see cref="MultipleNegativesRanking"/> with gradient caching: batches as large as wished in the memory of a small one, at one more forward pass.</summary>
    /// <param name="scale">Factor of the cosine, above 0.</param>
    /// <param name="miniBatchSize">Texts run at once, at least 1.</param>
    public static BiEncoderLoss CachedMultipleNegativesRanking(double scale = 20, int miniBatchSize = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(miniBatchSize, 1);
        return Ranking(scale, miniBatchSize);
    }

    /// <summary>Squared error of the cosine of two texts and their label.</summary>
    public static BiEncoderLoss CosineSimilarity() => new(_ => EmbeddingPairLoss.Cosine());

    /// <summary>Order of the cosines of pairs by their labels.</summary>
    /// <param name="scale">Factor of the cosine, above 0.</param>
    public static BiEncoderLoss CoSent(double scale = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        return new(_ => EmbeddingPairLoss.CoSent(scale));
    }

    /// <summary>Distillation of vectors: squared error of a text's embedding and the teacher's vector, which is the example's labels.</summary>
    public static BiEncoderLoss MeanSquaredError() => new(dimensions => new DistillationLoss.Vectors(dimensions), hasVectorLabels: true);

    /// <summary>Distillation of scores: squared error of margins of dot products; texts are query, positive and negatives, labels their margins or the teacher's scores.</summary>
    public static BiEncoderLoss MarginMeanSquaredError() => new(_ => new DistillationLoss.Margins());

    /// <summary>Distillation of scores: KL divergence of the dot products' softmax from the teacher's; texts are query and documents.</summary>
    /// <param name="temperature">Divides both scores, above 0.</param>
    public static BiEncoderLoss DistillKLDivergence(double temperature = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return new(_ => new DistillationLoss.Distribution(temperature));
    }

    /// <summary>Another loss at several vector lengths at once, so that vectors may be truncated later.</summary>
    /// <param name="loss">The loss; not <see cref="MeanSquaredError"/>, whose teacher has one length.</param>
    /// <param name="dimensions">The lengths, each at least 1 and at most the model's.</param>
    /// <param name="weights">Weight of each length; null weighs all 1.</param>
    /// <exception cref="ArgumentException">There is no length, or not one weight for each, or the loss cannot be wrapped.</exception>
    public static BiEncoderLoss Matryoshka(BiEncoderLoss loss, IReadOnlyList<int> dimensions, IReadOnlyList<double>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(dimensions);
        if (loss._hasVectorLabels)
        {
            throw new ArgumentException("A loss on teacher vectors cannot be wrapped: the teacher's vector has one length. Distil scores instead.", nameof(loss));
        }

        if (dimensions.Count == 0 || dimensions.Any(d => d < 1) || (weights is not null && weights.Count != dimensions.Count))
        {
            throw new ArgumentException($"Expected lengths of at least 1 and one weight for each, found [{string.Join(", ", dimensions)}] and {weights?.Count ?? dimensions.Count} weights.", nameof(dimensions));
        }

        return new(available =>
        {
            if (dimensions.Max() > available)
            {
                throw new ArgumentException($"The model has {available} dimensions, Matryoshka asks for {dimensions.Max()}.", nameof(dimensions));
            }

            var inner = loss._create(available);
            return new MatryoshkaLoss(inner, dimensions, weights ?? [.. dimensions.Select(_ => 1.0)]) { MiniBatchSize = inner.MiniBatchSize };
        });
    }

    internal LossFunction Create(int dimensions) => _create(dimensions);

    private static BiEncoderLoss Ranking(double scale, int? miniBatchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        return new(_ => new EmbeddingRankingLoss(scale) { MiniBatchSize = miniBatchSize });
    }
}
