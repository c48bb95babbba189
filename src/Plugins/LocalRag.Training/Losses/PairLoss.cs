using LocalRag.Training.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>Losses of one pair and its label.</summary>
internal sealed class PairLoss : LossFunction
{
    private readonly Func<Tensor, Tensor, Tensor> _compute;
    private readonly Func<float, string?> _labelObjection;

    private PairLoss(string name, Func<Tensor, Tensor, Tensor> compute, Func<float, string?>? labelObjection = null)
    {
        Name = name;
        _compute = compute;
        _labelObjection = labelObjection ?? (_ => null);
    }

    public override string Name { get; }

    /// <summary>Mean of BCE-with-logits(f(logit), label).</summary>
    public static PairLoss BinaryCrossEntropy(double? positiveWeight, Func<Tensor, Tensor> activation) => new(
        "BinaryCrossEntropyLoss",
        (logits, labels) => F.binary_cross_entropy_with_logits(
            activation(logits.view(-1)), labels, pos_weights: positiveWeight is { } weight ? tensor((float)weight) : null),
        label => label is >= 0 and <= 1 ? null : $"a label between 0 and 1 was expected, found {label}");

    /// <summary>Softmax cross entropy of f(logits) and the class.</summary>
    public static PairLoss CrossEntropy(int classes, Func<Tensor, Tensor> activation) => new(
        "CrossEntropyLoss",
        (logits, labels) => F.cross_entropy(activation(logits), labels.to(ScalarType.Int64)),
        label => label >= 0 && label < classes && label == MathF.Floor(label) ? null : $"a class from 0 to {classes - 1} was expected, found {label}");

    /// <summary>Mean of (f(logit) - label)².</summary>
    public static PairLoss MeanSquaredError(Func<Tensor, Tensor> activation) => new(
        "MSELoss", (logits, labels) => F.mse_loss(activation(logits.view(-1)), labels));

    /// <summary>Any function of logits [rows, labels] and labels [rows].</summary>
    public static PairLoss Custom(string name, Func<Tensor, Tensor, Tensor> compute) => new(name, compute);

    public override string? Objection(InputExample example) =>
        example.Texts.Count != 2 ? $"two texts were expected, found {example.Texts.Count}"
        : example.Labels.Count != 1 ? $"one label was expected, found {example.Labels.Count}"
        : _labelObjection(example.Labels[0]);

    public override PreparedBatch Prepare(IReadOnlyList<InputExample> examples, Random random) =>
        Rows(examples, (e, _) => [new TextItem(e.Texts[0], e.Texts[1])]);

    public override Tensor Compute(Tensor outputs, PreparedBatch batch) => _compute(outputs, LabelsOf(batch));
}
