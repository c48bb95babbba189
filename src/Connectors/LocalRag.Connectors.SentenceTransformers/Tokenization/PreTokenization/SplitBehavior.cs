namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>What becomes of the delimiters that a split finds.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}
