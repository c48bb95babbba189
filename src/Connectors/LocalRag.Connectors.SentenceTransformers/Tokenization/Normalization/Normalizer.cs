namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>One normalisation step.</summary>
internal abstract class Normalizer
{
    /// <summary>Writes the normalised form of <paramref name="source"/> to the empty <paramref name="target"/>.</summary>
    /// <returns>False if the text already is in that form; nothing of value is in the target then.</returns>
    public abstract bool Apply(TextBuffer source, TextBuffer target);
}
