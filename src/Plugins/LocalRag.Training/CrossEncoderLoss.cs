using LocalRag.Training.Losses;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training;

/// <summary>What a cross-encoder is trained for; made by the static methods, which bear sentence-transformers' names and defaults.</summary>
/// <remarks>Losses take the raw logits through their own activation, not through the one that scores are reported with. Immutable.</remarks>
public sealed class CrossEncoderLoss
{
    private readonly Func<int, Func<Tensor, Tensor>?, LossFunction> _create;

    private CrossEncoderLoss(bool oneLabel, Func<int, Func<Tensor, Tensor>?, LossFunction> create) => (OneLabel, _create) = (oneLabel, create);

    internal bool OneLabel { get; }

    /// <summary>BCE-with-logits of a pair and its label between 0 and 1. The default for models of one label.</summary>
    /// <param name="positiveWeight">Factor of the positive part, for example the number of negatives for each positive; null is 1.</param>
    public static CrossEncoderLoss BinaryCrossEntropy(double? positiveWeight = null) =>
        new(true, (_, f) => PairLoss.BinaryCrossEntropy(positiveWeight, f ?? Identity));

    /// <summary>Softmax cross entropy of a pair and the index of its class. The default for models of several labels.</summary>
    public static CrossEncoderLoss CrossEntropy() => new(false, (labels, f) => PairLoss.CrossEntropy(labels, f ?? Identity));

    /// <summary>Mean squared error of the logit and the label: distillation from a teacher's scores.</summary>
    public static CrossEncoderLoss MeanSquaredError() => new(true, (_, f) => PairLoss.MeanSquaredError(f ?? Identity));

    /// <summary>Squared error of margins; texts are query, positive and negatives, labels their margins or the teacher's scores of all documents.</summary>
    public static CrossEncoderLoss MarginMeanSquaredError() => new(true, (_, f) => new MarginLoss(f ?? Identity));

    /// <summary>Cross entropy over the positive, drawn documents of the other examples and the hard negatives; texts are query, positive and hard negatives.</summary>
    /// <param name="negatives">How many documents of other examples are drawn for each query, at least 1; null takes all.</param>
    /// <param name="scale">Factor of the activated logits.</param>
    public static CrossEncoderLoss MultipleNegativesRanking(int? negatives = 4, double scale = 10) =>
        Ranking(negatives, scale, null);

    /// <summary><see cref="MultipleNegativesRanking"/> with gradient caching: the memory of one small batch, at one more forward pass.</summary>
    /// <param name="negatives">How many documents of other examples are drawn for each query, at least 1; null takes all.</param>
    /// <param name="scale">Factor of the activated logits.</param>
    /// <param name="miniBatchSize">Pairs run at once, at least 1.</param>
    public static CrossEncoderLoss CachedMultipleNegativesRanking(int? negatives = 4, double scale = 10, int miniBatchSize = 32) =>
        Ranking(negatives, scale, miniBatchSize);

    /// <summary>Cross entropy of the softmax of labels and of logits over a query's documents (listwise softmax); texts are query and documents.</summary>
    public static CrossEncoderLoss ListNet() => new(true, (_, f) => ListLoss.ListNet(f ?? Identity));

    /// <summary>Likelihood of the right order (Plackett-Luce).</summary>
    /// <param name="respectInputOrder">True takes the documents' order as the right one, false sorts them by label.</param>
    public static CrossEncoderLoss ListMle(bool respectInputOrder = true) =>
        new(true, (_, f) => new PlackettLuceLoss(false, respectInputOrder, f ?? Identity));

    /// <summary><see cref="ListMle"/> with more weight on the first places.</summary>
    /// <param name="respectInputOrder">True takes the documents' order as the right one, false sorts them by label.</param>
    public static CrossEncoderLoss PositionAwareListMle(bool respectInputOrder = true) =>
        new(true, (_, f) => new PlackettLuceLoss(true, respectInputOrder, f ?? Identity));

    /// <summary>LambdaLoss over a query's documents with graded labels.</summary>
    /// <param name="weighting">How pairs are weighed.</param>
    /// <param name="k">Only pairs within the first k predicted places count, at least 1; null counts all.</param>
    /// <param name="sigma">Steepness of the logistic function, above 0.</param>
    public static CrossEncoderLoss Lambda(LambdaWeighting weighting = LambdaWeighting.NdcgLoss2PlusPlus, int? k = null, double sigma = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k ?? 1, 1, nameof(k));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        return new(true, (_, f) => new LambdaRankingLoss(weighting, k, sigma, f ?? Identity));
    }

    /// <summary>RankNet: every pair of a better and a worse document alike.</summary>
    /// <param name="k">Only pairs within the first k predicted places count, at least 1; null counts all.</param>
    /// <param name="sigma">Steepness of the logistic function, above 0.</param>
    public static CrossEncoderLoss RankNet(int? k = null, double sigma = 1) => Lambda(LambdaWeighting.None, k, sigma);

    /// <summary>ADR-MSE: squared error of approximate ranks.</summary>
    /// <param name="alpha">Steepness of the approximation, above 0.</param>
    public static CrossEncoderLoss AdrMeanSquaredError(double alpha = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        return new(true, (_, f) => new ApproximateRankLoss(alpha, f ?? Identity));
    }

    /// <summary>A loss of one's own over pairs.</summary>
    /// <param name="name">For the model card.</param>
    /// <param name="compute">From logits [pairs, labels] and labels [pairs], both fp32, to a scalar. Runs on the training thread inside a dispose scope.</param>
    public static CrossEncoderLoss Custom(string name, Func<Tensor, Tensor, Tensor> compute)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(compute);
        return new(false, (_, f) => PairLoss.Custom(name, f is null ? compute : (logits, labels) => compute(f(logits), labels)));
    }

    internal LossFunction Create(int labelCount, Func<Tensor, Tensor>? activation) => _create(labelCount, activation);

    private static CrossEncoderLoss Ranking(int? negatives, double scale, int? miniBatchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(negatives ?? 1, 1, nameof(negatives));
        ArgumentOutOfRangeException.ThrowIfLessThan(miniBatchSize ?? 1, 1, nameof(miniBatchSize));
        return new(true, (_, f) => new NegativesRankingLoss(negatives, scale, f ?? F.sigmoid) { MiniBatchSize = miniBatchSize });
    }

    private static Tensor Identity(Tensor x) => x;
}
