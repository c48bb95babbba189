using Microsoft.Extensions.AI;

namespace LocalRag;

/// <summary>What one call of <see cref="IReranker.RerankAsync"/> keeps.</summary>
public class RerankOptions
{
    /// <summary>Creates options that keep every document.</summary>
    public RerankOptions()
    {
    }

    /// <summary>Creates a copy of <paramref name="other"/>; the additional properties are copied one level deep.</summary>
    /// <param name="other">The options to copy.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    protected RerankOptions(RerankOptions other)
    {
        ArgumentNullException.ThrowIfNull(other);
        TopK = other.TopK;
        ScoreThreshold = other.ScoreThreshold;
        ModelId = other.ModelId;
        AdditionalProperties = other.AdditionalProperties?.Clone();
    }

    /// <summary>How many documents are returned at the most.</summary>
    /// <value>1 or more; null (the default) returns all.</value>
    public int? TopK { get; set; }

    /// <summary>The lowest score that is returned, on the reranker's own scale.</summary>
    /// <value>Any finite number; null (the default) returns all.</value>
    public float? ScoreThreshold { get; set; }

    /// <summary>The model to use, for rerankers that serve several.</summary>
    /// <value>Null (the default) uses the reranker's own.</value>
    public string? ModelId { get; set; }

    /// <summary>Settings that only some rerankers know.</summary>
    public AdditionalPropertiesDictionary? AdditionalProperties { get; set; }

    /// <summary>Creates a copy, so that a wrapper can change a setting without touching the caller's.</summary>
    public virtual RerankOptions Clone() => new(this);
}
