namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Steps one after the other.</summary>
internal sealed class SequencePreTokenizer(PreTokenizer[] steps) : PreTokenizer
{
    public override bool NeedsSourceRanges { get; } = steps.Any(s => s.NeedsSourceRanges);

    public override void Apply(PieceBatch batch)
    {
        foreach (var step in steps)
            step.Apply(batch);
    }
}
