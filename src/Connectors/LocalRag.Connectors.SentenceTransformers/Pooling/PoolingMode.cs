namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>How token vectors become one vector. The order of the members is the order in which several modes are concatenated.</summary>
internal enum PoolingMode
{
    Cls,
    Max,
    Mean,
    MeanSqrtLength,
    WeightedMean,
    LastToken,
}
