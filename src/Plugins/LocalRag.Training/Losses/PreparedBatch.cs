using LocalRag.Training.Data;

namespace LocalRag.Training.Losses;

/// <summary>A batch as the model reads it.</summary>
/// <param name="Examples">The examples, in order.</param>
/// <param name="Items">The rows to run, example after example.</param>
/// <param name="Starts">Where each example's rows begin; one more entry than examples.</param>
internal sealed record PreparedBatch(IReadOnlyList<InputExample> Examples, IReadOnlyList<TextItem> Items, int[] Starts)
{
    /// <summary>How many rows example <paramref name="index"/> has.</summary>
    public int Count(int index) => Starts[index + 1] - Starts[index];
}
