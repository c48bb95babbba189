namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>Scales to length 1; zero stays zero.</summary>
internal sealed class NormalizeStage(int width) : VectorStage(width, width)
{
    public override void Apply(ReadOnlySpan<float> input, Span<float> output)
    {
        input.CopyTo(output);
        VectorSimilarity.Normalize(output);
    }
}
