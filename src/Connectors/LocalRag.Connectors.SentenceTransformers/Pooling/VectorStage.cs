namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>A module behind the pooling: vectors in, vectors out, row by row.</summary>
internal abstract class VectorStage(int inputWidth, int outputWidth)
{
    public int InputWidth => inputWidth;

    public int OutputWidth => outputWidth;

    /// <summary>Transforms one vector. <paramref name="output"/> may be <paramref name="input"/> where the widths are equal and <see cref="WorksInPlace"/> says so.</summary>
    public abstract void Apply(ReadOnlySpan<float> input, Span<float> output);

    public virtual bool WorksInPlace => true;
}
