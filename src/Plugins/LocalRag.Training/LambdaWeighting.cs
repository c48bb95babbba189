namespace LocalRag.Training;

/// <summary>How LambdaLoss weighs a pair of documents.</summary>
public enum LambdaWeighting
{
    /// <summary>μ · NDCGLoss2 + LambdaRank with μ = 10.</summary>
    NdcgLoss2PlusPlus,

    /// <summary>The bound of the LambdaLoss paper that depends on the distance of the two ranks.</summary>
    NdcgLoss2,

    /// <summary>The change of nDCG if the two changed places.</summary>
    LambdaRank,

    /// <summary>Gain by discount of the first document, over all pairs.</summary>
    NdcgLoss1,

    /// <summary>Every pair alike, which is RankNet.</summary>
    None,
}
