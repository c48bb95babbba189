namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>What an <see cref="AssertionNode"/> demands.</summary>
internal enum AssertionKind
{
    Positive,
    Negative,

    /// <summary>Matches and consumes, but never gives anything back.</summary>
    Atomic,
}
