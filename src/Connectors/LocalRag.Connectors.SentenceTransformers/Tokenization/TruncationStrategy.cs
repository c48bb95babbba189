namespace LocalRag.Connectors.SentenceTransformers.Tokenization;

/// <summary>Which text of a pair loses tokens when both together are longer than the model takes.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer text is cut first, then both alike; an odd token stays with the longer text.</summary>
    LongestFirst,

    /// <summary>Only the first text (the query of a reranker) is cut.</summary>
    OnlyFirst,

    /// <summary>Only the second text (the document of a reranker) is cut.</summary>
    OnlySecond,
}
