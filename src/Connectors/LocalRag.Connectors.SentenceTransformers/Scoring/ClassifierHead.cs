using LocalRag.Connectors.SentenceTransformers.Inference;
using LocalRag.Connectors.SentenceTransformers.Tokenization;

namespace LocalRag.Connectors.SentenceTransformers.Scoring;

/// <summary>Finds the classifier's output in a graph.</summary>
internal static class ClassifierHead
{
    public static GraphOutput FindLogits(OnnxModel graph)
    {
        if (graph.Outputs.FirstOrDefault(output => output.Name is "logits" or "scores") is { Rank: 1 or 2 } named)
            return named;
        return graph.Outputs is [{ Rank: 1 or 2 } only] ? only : throw new InvalidDataException(
            $"'{graph.FilePath}' has no output named logits with one row per pair; found: {graph.OutputNames}. Export the model for sequence classification; a sentence-transformers bi-encoder is loaded with BiEncoder.");
    }

    public static int CountLabels(OnnxModel graph, GraphOutput logits, TextTokenizer tokenizer)
    {
        if (logits.Rank == 1)
            return 1;
        if (logits.Width is { } width)
            return width;
        using var probe = new TokenBatch([tokenizer.EncodePair("a", "a")], [0], tokenizer);
        using var outputs = graph.Run(probe, [logits.Name], CancellationToken.None);
        return (int)outputs.Shape(0)[^1];
    }
}
