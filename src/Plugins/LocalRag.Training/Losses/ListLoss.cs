using LocalRag.Training.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>Losses of a query, its documents and one label for each.</summary>
internal abstract class ListLoss(string name, Func<Tensor, Tensor> activation) : LossFunction
{
    /// <summary>Fill of places without a document: no softmax or sort ever prefers it.</summary>
    protected const float Absent = -1e16f;

    public override string Name => name;

    public override string? Objection(InputExample example)
    {
        int documents = example.Texts.Count - 1;
        return documents < 1 ? "a query and its documents were expected, found one text"
            : example.Labels.Count != documents ? $"one label for each of the {documents} documents was expected, found {example.Labels.Count}"
            : null;
    }

    public override PreparedBatch Prepare(IReadOnlyList<InputExample> examples, Random random) =>
        Rows(examples, (e, _) => e.Texts.Skip(1).Select(document => new TextItem(e.Texts[0], document)));

    public override Tensor Compute(Tensor outputs, PreparedBatch batch)
    {
        var logits = RankedLists.Matrix(activation(outputs.view(-1)), batch, Absent, out var present);
        var labels = RankedLists.Matrix(LabelsOf(batch), batch, float.NegativeInfinity, out _);
        return Compute(logits, labels, present, batch);
    }

    /// <summary>The loss of matrices [queries, documents]; labels are -inf and logits <see cref="Absent"/> where no document is.</summary>
    protected abstract Tensor Compute(Tensor logits, Tensor labels, Tensor present, PreparedBatch batch);

    /// <summary>Cross entropy of the two softmax distributions, mean over queries.</summary>
    public static ListLoss ListNet(Func<Tensor, Tensor> activation) => new ListNetLoss(activation);

    private sealed class ListNetLoss(Func<Tensor, Tensor> activation) : ListLoss("ListNetLoss", activation)
    {
        protected override Tensor Compute(Tensor logits, Tensor labels, Tensor present, PreparedBatch batch) =>
            -(F.softmax(labels, 1) * F.log_softmax(logits, 1)).masked_fill(present.logical_not(), 0).sum(1).mean();
    }
}
