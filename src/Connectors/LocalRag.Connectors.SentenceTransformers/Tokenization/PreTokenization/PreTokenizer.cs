namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>One pre-tokenisation step: cuts the pieces of a batch into smaller ones. Pieces that are added tokens stay.</summary>
internal abstract class PreTokenizer
{
    /// <summary>True if the step looks at where in the source text a piece begins.</summary>
    public virtual bool NeedsSourceRanges => false;

    public abstract void Apply(PieceBatch batch);
}
