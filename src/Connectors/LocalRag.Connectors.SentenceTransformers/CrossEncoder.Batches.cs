using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers;

public sealed partial class CrossEncoder
{
    /// <summary>Tokenizes labelled pairs into one batch, as training wants it.</summary>
    /// <param name="examples">Pairs and their labels, one or more.</param>
    /// <returns>The batch, which the caller disposes, and the labels in the same order.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="examples"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no example, or a text is null.</exception>
    public (TokenBatch Batch, float[] Labels) SmartBatchingCollate(IReadOnlyList<(string First, string Second, float Label)> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return (SmartBatchingCollateTextOnly([.. examples.Select(example => (example.First, example.Second))]), [.. examples.Select(example => example.Label)]);
    }

    /// <summary>Tokenizes pairs into one batch, padded to the longest of them.</summary>
    /// <param name="pairs">The pairs, one or more.</param>
    /// <returns>The batch; the caller disposes it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="pairs"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no pair, or a text is null.</exception>
    public TokenBatch SmartBatchingCollateTextOnly(IReadOnlyList<(string First, string Second)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (pairs.Count == 0)
            throw new ArgumentException("Expected one or more pairs, found none.", nameof(pairs));
        ThrowIfNullText(pairs);
        var encodings = new TextEncoding[pairs.Count];
        for (var i = 0; i < encodings.Length; i++)
            encodings[i] = _tokenizer.EncodePair(_prompts.Prepare("", pairs[i].First), _prompts.Prepare("", pairs[i].Second), MaxTokens, _options.Truncation);
        return new(encodings, [.. Enumerable.Range(0, encodings.Length)], _tokenizer);
    }

    /// <summary>Runs the network on one batch and hands out all its outputs, the hidden states and attentions included where the graph has them.</summary>
    /// <param name="batch">A batch of this model's own collate methods.</param>
    /// <param name="cancellationToken">Stops the running graph.</param>
    /// <returns>The outputs, in memory of their own.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="batch"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The model or the batch was disposed.</exception>
    public ModelOutputs Forward(TokenBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_disposed, this);
        string[] names = [.. _graph.Outputs.Select(output => output.Name)];
        using var outputs = _graph.Run(batch, names, cancellationToken);
        return new(_logits.Name, ModelOutputs.Copy(outputs, names));
    }

    private static void ThrowIfNullText(IReadOnlyList<(string First, string Second)> pairs)
    {
        for (var i = 0; i < pairs.Count; i++)
        {
            if (pairs[i].First is null || pairs[i].Second is null)
                throw new ArgumentException($"Pair {i} of {pairs.Count} holds a null; expected two texts, which may be empty.", nameof(pairs));
        }
    }
}
