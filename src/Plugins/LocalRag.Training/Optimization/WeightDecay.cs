namespace LocalRag.Training.Optimization;

/// <summary>Which parameters decay: all but those whose name holds bias, LayerNorm.bias or LayerNorm.weight.</summary>
internal static class WeightDecay
{
    // By name, as sentence-transformers does; other names of norms, such as DistilBERT's sa_layer_norm.weight, decay there too.
    public static bool Applies(string name) =>
        !name.Contains("bias", StringComparison.Ordinal) && !name.Contains("LayerNorm.weight", StringComparison.Ordinal);
}
