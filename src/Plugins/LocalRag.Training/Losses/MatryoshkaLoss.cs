using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>A loss at several vector lengths at once, so that truncated vectors stay useful.</summary>
internal sealed class MatryoshkaLoss(LossFunction inner, IReadOnlyList<int> dimensions, IReadOnlyList<double> weights) : LossFunction
{
    public override string Name => $"MatryoshkaLoss({inner.Name})";

    public override string? Objection(InputExample example) => inner.Objection(example);

    public override PreparedBatch Prepare(IReadOnlyList<InputExample> examples, Random random) => inner.Prepare(examples, random);

    public override Tensor Compute(Tensor outputs, PreparedBatch batch)
    {
        // Truncated vectors are made unit length again, as the reference does before it hands them on.
        var losses = dimensions.Select((length, i) => inner.Compute(F.normalize(outputs.narrow(1, 0, length)), batch) * weights[i]);
        return losses.Aggregate((a, b) => a + b);
    }
}
