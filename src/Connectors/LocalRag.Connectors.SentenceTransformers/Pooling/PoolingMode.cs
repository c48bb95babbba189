namespace LocalRag.Connectors.SentenceTransformers.Pooling;

/// <summary>How token vectors become one vector.</summary>
internal enum PoolingMode
{
    Cls,
    Max,
    Mean,
    MeanSqrtLength,
    WeightedMean,
    LastToken,
}
