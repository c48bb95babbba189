namespace LocalRag.Evaluation;

/// <summary>Which metrics an evaluation reports. The defaults are those of sentence-transformers.</summary>
public sealed class InformationRetrievalOptions
{
    /// <summary>First part of every metric's name.</summary>
    /// <value>Default <c>eval</c>; empty leaves it out.</value>
    public string Name { get; set; } = "eval";

    /// <summary>The ranks of accuracy@k.</summary>
    /// <value>Each at least 1; default 1, 3, 5, 10.</value>
    public IReadOnlyList<int> AccuracyAtK { get; set; } = [1, 3, 5, 10];

    /// <summary>The ranks of precision@k and recall@k.</summary>
    /// <value>Each at least 1; default 1, 3, 5, 10.</value>
    public IReadOnlyList<int> PrecisionRecallAtK { get; set; } = [1, 3, 5, 10];

    /// <summary>The ranks of ndcg@k.</summary>
    /// <value>Each at least 1; default 10.</value>
    public IReadOnlyList<int> NdcgAtK { get; set; } = [10];

    /// <summary>The ranks of mrr@k.</summary>
    /// <value>Each at least 1; default 10.</value>
    public IReadOnlyList<int> MrrAtK { get; set; } = [10];

    /// <summary>The ranks of map@k.</summary>
    /// <value>Each at least 1; default 100.</value>
    public IReadOnlyList<int> MapAtK { get; set; } = [100];

    /// <summary>How long the ranked lists must be for these metrics.</summary>
    public int Depth => AllK().Max();

    internal InformationRetrievalOptions Validated()
    {
        ArgumentNullException.ThrowIfNull(Name);
        if (!AllK().Any() || AllK().Any(k => k < 1))
        {
            throw new ArgumentException("At least one metric must be asked for, and every k must be 1 or more.");
        }

        return (InformationRetrievalOptions)MemberwiseClone();
    }

    private IEnumerable<int> AllK() => [.. AccuracyAtK, .. PrecisionRecallAtK, .. NdcgAtK, .. MrrAtK, .. MapAtK];
}
