using LocalRag.Training.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>MarginMSE: the squared error between the margin of positive and negative logit and a teacher's.</summary>
internal sealed class MarginLoss(Func<Tensor, Tensor> activation) : LossFunction
{
    public override string Name => "MarginMSELoss";

    public override string? Objection(InputExample example)
    {
        int negatives = example.Texts.Count - 2;
        return negatives < 1 ? $"a query, a positive and at least one negative were expected, found {example.Texts.Count} texts"
            : example.Labels.Count != negatives && example.Labels.Count != negatives + 1
                ? $"{negatives} margins, or the teacher's {negatives + 1} scores, were expected, found {example.Labels.Count} labels"
            : null;
    }

    public override PreparedBatch Prepare(IReadOnlyList<InputExample> examples, Random random) =>
        Rows(examples, (e, _) => e.Texts.Skip(1).Select(document => new TextItem(e.Texts[0], document)));

    public override Tensor Compute(Tensor outputs, PreparedBatch batch)
    {
        var positives = new List<long>();
        var negatives = new List<long>();
        for (int i = 0; i < batch.Examples.Count; i++)
        {
            for (int row = batch.Starts[i] + 1; row < batch.Starts[i + 1]; row++)
            {
                positives.Add(batch.Starts[i]);
                negatives.Add(row);
            }
        }

        var scores = activation(outputs.view(-1));
        var margins = scores.index_select(0, tensor(positives)) - scores.index_select(0, tensor(negatives));
        return F.mse_loss(margins, tensor((float[])[.. batch.Examples.SelectMany(Margins)]));
    }

    /// <summary>Margins as given, or from the teacher's scores for positive and negatives.</summary>
    internal static IEnumerable<float> Margins(InputExample example) =>
        example.Labels.Count == example.Texts.Count - 2 ? example.Labels : example.Labels.Skip(1).Select(score => example.Labels[0] - score);
}
