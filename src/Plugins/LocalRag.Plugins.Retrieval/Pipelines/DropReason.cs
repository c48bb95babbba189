namespace LocalRag.Plugins.Retrieval;

/// <summary>Why a candidate is not among the hits.</summary>
public enum DropReason
{
    /// <summary>Its text repeats that of a better candidate.</summary>
    Duplicate,

    /// <summary>The reranker's score is below the threshold.</summary>
    BelowThreshold,

    /// <summary>The reranker did not return it.</summary>
    LeftOutByReranker,

    /// <summary>Enough better ones were found.</summary>
    BeyondTop,
}
