using LocalRag.Training.Data;
using LocalRag.Training.Encoder;
using LocalRag.Training.Losses;
using static TorchSharp.torch;

namespace LocalRag.Training.Fitting;

/// <summary>Loss and gradients of one batch, on the calling thread.</summary>
internal sealed class GradientStep(ITrainableNetwork network, TokenCollator collator, LossFunction loss)
{
    /// <summary>Adds the batch's gradients to the parameters; where the loss is not finite, only returns it.</summary>
    public double Compute(IReadOnlyList<InputExample> examples, Random random, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var batch = loss.Prepare(examples, random);
        if (loss.MiniBatchSize is { } size && batch.Items.Count > size)
        {
            return ComputeCached(batch, size, cancellationToken);
        }

        var value = loss.Compute(Forward(batch.Items, cancellationToken), batch);
        return Backward(value, cancellationToken);
    }

    /// <summary>Shrinks the gradient to <paramref name="maxNorm"/> where it is longer, as clip_grad_norm_ does; returns its length before.</summary>
    public double ClipGradients(double maxNorm)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor[] gradients = [.. network.Parameters.All.Select(p => p.Value.grad).OfType<Tensor>()];
        if (gradients.Length == 0)
        {
            return 0;
        }

        double norm = linalg.vector_norm(stack(gradients.Select(g => linalg.vector_norm(g)))).item<float>();
        double factor = maxNorm / (norm + 1e-6);
        if (factor < 1)
        {
            foreach (var gradient in gradients)
            {
                gradient.mul_(factor);
            }
        }

        return norm;
    }

    /// <summary>
    /// Gradient caching (Gao et al. 2021): outputs of small batches without a graph, the loss's gradient for them, then every small
    /// batch once more with a graph. Dropout is replayed, so the result is that of one large batch.
    /// </summary>
    private double ComputeCached(PreparedBatch batch, int size, CancellationToken cancellationToken)
    {
        TextItem[][] chunks = [.. batch.Items.Chunk(size)];
        var positions = new List<int>();
        var outputs = new List<Tensor>();
        using (no_grad())
        {
            foreach (var chunk in chunks)
            {
                positions.Add(network.Encoder.Dropout.Position);
                outputs.Add(Forward(chunk, cancellationToken));
            }
        }

        var leaf = cat(outputs).detach().requires_grad_();
        double value = Backward(loss.Compute(leaf, batch), cancellationToken);
        if (!double.IsFinite(value))
        {
            return value;
        }

        var gradient = leaf.grad!;
        long start = 0;
        for (int i = 0; i < chunks.Length; i++)
        {
            using var scope = NewDisposeScope();
            network.Encoder.Dropout.Position = positions[i];
            var surrogate = (Forward(chunks[i], cancellationToken) * gradient.narrow(0, start, chunks[i].Length)).sum();
            surrogate.backward();
            start += chunks[i].Length;
        }

        return value;
    }

    private static double Backward(Tensor value, CancellationToken cancellationToken)
    {
        double number = value.item<float>();
        cancellationToken.ThrowIfCancellationRequested();
        if (double.IsFinite(number))
        {
            value.backward();
        }

        return number;
    }

    private Tensor Forward(IReadOnlyList<TextItem> items, CancellationToken cancellationToken)
    {
        using var tokens = collator.Collate([.. items.Select(i => i.Stripped)]);
        return network.Forward(tokens, training: true, cancellationToken);
    }
}
