namespace LocalRag.Connectors.InMemory;

/// <summary>How the two lists of a hybrid search become one.</summary>
public enum HybridFusion
{
    /// <summary>The sum of weight / (60 + rank) over both lists (reciprocal rank fusion, Cormack, Clarke and Büttcher 2009).</summary>
    ReciprocalRank,

    /// <summary>The sum of weight × score, each list's scores stretched to 0..1 first. Better than ranks in most published comparisons.</summary>
    RelativeScore,
}
