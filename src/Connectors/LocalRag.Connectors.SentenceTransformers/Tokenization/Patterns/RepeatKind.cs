namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>How a repetition chooses its length.</summary>
internal enum RepeatKind
{
    /// <summary>As long as possible, then shorter.</summary>
    Greedy,

    /// <summary>As short as possible, then longer.</summary>
    Lazy,

    /// <summary>As long as possible, never shorter.</summary>
    Possessive,
}
