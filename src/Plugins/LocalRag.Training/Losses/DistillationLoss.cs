using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LocalRag.Training.Losses;

/// <summary>Losses that follow a teacher: its vectors, its margins, or its distribution over a query's documents.</summary>
internal static class DistillationLoss
{
    /// <summary>Mean squared error of embedding and teacher's vector.</summary>
    public sealed class Vectors(int dimensions) : EmbeddingLoss
    {
        public override string Name => "MSELoss";

        public override string? Objection(InputExample example) =>
            example.Texts.Count != 1 ? $"one text was expected, found {example.Texts.Count}"
            : example.Labels.Count != dimensions ? $"a teacher's vector of the model's {dimensions} dimensions was expected, found {example.Labels.Count} numbers"
            : null;

        public override Tensor Compute(Tensor outputs, PreparedBatch batch) => F.mse_loss(outputs, LabelsOf(batch).view(outputs.shape));
    }

    /// <summary>MarginMSE over dot products.</summary>
    public sealed class Margins : EmbeddingLoss
    {
        private readonly MarginLoss _rules = new(x => x);

        public override string Name => _rules.Name;

        public override string? Objection(InputExample example) => _rules.Objection(example);

        public override Tensor Compute(Tensor outputs, PreparedBatch batch)
        {
            var (queries, documents) = Pairs(outputs, batch);
            var scores = (queries * documents).sum(1);
            int[] starts = [.. batch.Starts.Select((start, i) => start - i)];
            return _rules.Compute(scores, batch with { Starts = starts });
        }
    }

    /// <summary>KL divergence of the softmax of dot products from that of the teacher's scores, at a temperature.</summary>
    public sealed class Distribution(double temperature) : EmbeddingLoss
    {
        public override string Name => "DistillKLDivLoss";

        public override string? Objection(InputExample example) =>
            example.Texts.Count < 3 ? $"a query and at least two documents were expected, found {example.Texts.Count} texts"
            : example.Labels.Count != example.Texts.Count - 1 ? $"the teacher's score for each of the {example.Texts.Count - 1} documents was expected, found {example.Labels.Count} labels"
            : null;

        public override Tensor Compute(Tensor outputs, PreparedBatch batch)
        {
            var (queries, documents) = Pairs(outputs, batch);
            var lists = batch with { Starts = [.. batch.Starts.Select((start, i) => start - i)] };
            var student = RankedLists.Matrix((queries * documents).sum(1) / temperature, lists, -1e16f, out var present);
            var teacher = RankedLists.Matrix(LabelsOf(batch) / temperature, lists, -1e16f, out _);
            var logTeacher = F.log_softmax(teacher, 1);
            var divergence = logTeacher.exp() * (logTeacher - F.log_softmax(student, 1));
            return divergence.masked_fill(present.logical_not(), 0).sum(1).mean() * (temperature * temperature);
        }
    }
}
