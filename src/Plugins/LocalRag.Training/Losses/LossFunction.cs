using LocalRag.Training.Data;
using static TorchSharp.torch;

namespace LocalRag.Training.Losses;

/// <summary>From examples to rows, and from the model's outputs for the rows to one number.</summary>
/// <remarks>Inside <see cref="Compute"/> tensors are the caller's dispose scope's. Outputs come in fp32, so the loss is fp32 in mixed precision too.</remarks>
internal abstract class LossFunction
{
    /// <summary>The name that sentence-transformers gives it.</summary>
    public abstract string Name { get; }

    /// <summary>Rows run at once with gradient caching; null runs the whole batch in one graph.</summary>
    public int? MiniBatchSize { get; init; }

    /// <summary>What is wrong with an example, seen from this loss: what was expected, what was found; null if nothing.</summary>
    public abstract string? Objection(InputExample example);

    /// <summary>The rows that the model must run for a batch.</summary>
    public abstract PreparedBatch Prepare(IReadOnlyList<InputExample> examples, Random random);

    /// <summary>The scalar loss; <paramref name="outputs"/> has one row for each item of <paramref name="batch"/>.</summary>
    public abstract Tensor Compute(Tensor outputs, PreparedBatch batch);

    /// <summary>Labels of all examples in a row.</summary>
    protected static Tensor LabelsOf(PreparedBatch batch) => tensor((float[])[.. batch.Examples.SelectMany(e => e.Labels)]);

    /// <summary>Lays rows out example by example.</summary>
    protected static PreparedBatch Rows(IReadOnlyList<InputExample> examples, Func<InputExample, int, IEnumerable<TextItem>> rowsOf)
    {
        var items = new List<TextItem>();
        int[] starts = new int[examples.Count + 1];
        for (int i = 0; i < examples.Count; i++)
        {
            items.AddRange(rowsOf(examples[i], i));
            starts[i + 1] = items.Count;
        }

        return new(examples, items, starts);
    }
}
