namespace LocalRag.Connectors.SentenceTransformers.Batching;

/// <summary>How large one run of the graph may be.</summary>
/// <param name="PaddedTokens">Rows × width at the most; a single longer text still runs.</param>
/// <param name="Rows">Rows at the most.</param>
internal readonly record struct BatchLimits(int PaddedTokens, int Rows)
{
    // On a processor of its own MiniLM is quickest around 512; larger batches push activations out of the cache, and where cores and cache
    // are shared with other programs even smaller ones can win ("ratios inference" of the benchmarks shows it). A GPU wants many more at once.
    public const int CpuTokens = 512, GpuTokens = 16384;

    public static BatchLimits Of(int? tokenBudget, bool gpu, bool batchIndependent, int? rows) =>
        new(tokenBudget ?? (gpu ? GpuTokens : CpuTokens), batchIndependent ? 1 : rows ?? int.MaxValue);
}
