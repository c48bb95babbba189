using LocalRag.Training.Data;
using static TorchSharp.torch;

namespace LocalRag.Training.Losses;

/// <summary>Losses over one embedding for every text of an example.</summary>
internal abstract class EmbeddingLoss : LossFunction
{
    public override PreparedBatch Prepare(IReadOnlyList<InputExample> examples, Random random) =>
        Rows(examples, (e, _) => e.Texts.Select(text => new TextItem(text)));

    /// <summary>Embeddings of the texts at a place of every example that has it, in the examples' order.</summary>
    protected static Tensor Column(Tensor embeddings, PreparedBatch batch, int place) => embeddings.index_select(
        0, tensor((long[])[.. Enumerable.Range(0, batch.Examples.Count).Where(i => place < batch.Count(i)).Select(i => (long)(batch.Starts[i] + place))]));

    /// <summary>Embeddings of the first text, repeated for every later text of its example, beside those of the later ones.</summary>
    protected static (Tensor Queries, Tensor Documents) Pairs(Tensor embeddings, PreparedBatch batch)
    {
        var queries = new List<long>();
        var documents = new List<long>();
        for (int i = 0; i < batch.Examples.Count; i++)
        {
            for (int row = batch.Starts[i] + 1; row < batch.Starts[i + 1]; row++)
            {
                queries.Add(batch.Starts[i]);
                documents.Add(row);
            }
        }

        return (embeddings.index_select(0, tensor(queries)), embeddings.index_select(0, tensor(documents)));
    }
}
