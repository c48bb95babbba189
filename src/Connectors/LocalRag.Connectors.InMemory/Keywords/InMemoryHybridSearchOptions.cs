using Microsoft.Extensions.VectorData;

namespace LocalRag.Connectors.InMemory;

/// <summary>Settings of a hybrid search beyond those that every store knows; pass it where <see cref="HybridSearchOptions{TRecord}"/> is expected.</summary>
/// <typeparam name="TRecord">The record type.</typeparam>
public sealed class InMemoryHybridSearchOptions<TRecord> : HybridSearchOptions<TRecord>
{
    /// <summary>How the two lists become one.</summary>
    /// <value>Default: <see cref="HybridFusion.ReciprocalRank"/>.</value>
    public HybridFusion Fusion { get; set; }

    /// <summary>The weight of the vector list.</summary>
    /// <value>0 or more. Default: 1.</value>
    public double VectorWeight { get; set; } = 1;

    /// <summary>The weight of the keyword list.</summary>
    /// <value>0 or more. Default: 1.</value>
    public double KeywordWeight { get; set; } = 1;

    /// <summary>The constant that is added to ranks in <see cref="HybridFusion.ReciprocalRank"/>.</summary>
    /// <value>1 or more. Default: 60.</value>
    public int RankConstant { get; set; } = 60;
}
