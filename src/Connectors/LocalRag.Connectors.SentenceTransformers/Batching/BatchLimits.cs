namespace LocalRag.Connectors.SentenceTransformers.Batching;

/// <summary>How large one run of the graph may be.</summary>
/// <param name="PaddedTokens">Rows × width at the most; a single longer text still runs.</param>
/// <param name="Rows">Rows at the most.</param>
internal readonly record struct BatchLimits(int PaddedTokens, int Rows)
{
    // Measured with MiniLM and log-normal lengths: 256 to 1,024 padded tokens are within a few per cent of one another on a CPU;
    // below, calls dominate, above, activations fall out of the cache. A GPU wants many more at once.
    public const int CpuTokens = 512, GpuTokens = 16384;

    public static BatchLimits Of(int? tokenBudget, bool gpu, bool batchIndependent, int? rows) =>
        new(tokenBudget ?? (gpu ? GpuTokens : CpuTokens), batchIndependent ? 1 : rows ?? int.MaxValue);
}
