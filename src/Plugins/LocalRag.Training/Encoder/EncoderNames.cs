namespace LocalRag.Training.Encoder;

/// <summary>Tensor names that all four architectures share, without the classifier's prefix.</summary>
internal static class EncoderNames
{
    public const string WordEmbeddings = "embeddings.word_embeddings.weight";
    public const string PositionEmbeddings = "embeddings.position_embeddings.weight";
    public const string TokenTypeEmbeddings = "embeddings.token_type_embeddings.weight";
    public const string EmbeddingNorm = "embeddings.LayerNorm";
    public const string RelativeBias = "encoder.relative_attention_bias.weight";
    public const string Pooler = "pooler.dense";
}
