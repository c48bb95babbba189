namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>One pre-tokenisation step: cuts the pieces of a batch into smaller ones. Pieces that are added tokens stay.</summary>
internal abstract class PreTokenizer
{
    public abstract void Apply(PieceBatch batch);
}
