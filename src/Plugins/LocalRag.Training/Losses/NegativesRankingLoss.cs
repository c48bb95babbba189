using LocalRag.Training.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>Multiple negatives ranking for pairs: cross entropy over the positive, drawn texts of other examples, and the hard negatives.</summary>
internal sealed class NegativesRankingLoss(int? negatives, double scale, Func<Tensor, Tensor> activation) : LossFunction
{
    public override string Name => MiniBatchSize is null ? "MultipleNegativesRankingLoss" : "CachedMultipleNegativesRankingLoss";

    public override string? Objection(InputExample example) =>
        example.Texts.Count < 2 ? $"a query and a positive were expected, found {example.Texts.Count} text" : null;

    public override PreparedBatch Prepare(IReadOnlyList<InputExample> examples, Random random) => Rows(examples, (example, index) =>
    {
        string[] others = [.. examples.Where((_, other) => other != index).SelectMany(other => other.Texts.Skip(1))];
        if (negatives is { } count && count < others.Length)
        {
            random.Shuffle(others);
            others = others[..count];
        }

        return new[] { example.Texts[1] }.Concat(others).Concat(example.Texts.Skip(2)).Select(document => new TextItem(example.Texts[0], document));
    });

    public override Tensor Compute(Tensor outputs, PreparedBatch batch)
    {
        var matrix = RankedLists.Matrix(activation(outputs.view(-1)) * scale, batch, float.NegativeInfinity, out _);
        return F.cross_entropy(matrix, zeros(batch.Examples.Count, ScalarType.Int64));
    }
}
