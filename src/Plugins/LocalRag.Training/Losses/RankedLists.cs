using static TorchSharp.torch;

namespace LocalRag.Training.Losses;

/// <summary>Rows of lists of different lengths as a matrix [examples, longest list].</summary>
internal static class RankedLists
{
    /// <summary>Values laid out by example; <paramref name="present"/> says where a value stands, the rest is <paramref name="fill"/>.</summary>
    public static Tensor Matrix(Tensor values, PreparedBatch batch, float fill, out Tensor present)
    {
        int rows = batch.Examples.Count;
        int longest = Enumerable.Range(0, rows).Max(batch.Count);
        bool[] mask = new bool[rows * longest];
        for (int i = 0; i < rows; i++)
        {
            mask.AsSpan(i * longest, batch.Count(i)).Fill(true);
        }

        present = tensor(mask, [rows, longest]);
        return full([rows, longest], fill, ScalarType.Float32).masked_scatter(present, values);
    }
}
